package io.gantry.contracts.view;

import io.gantry.contracts.api.Always;
import io.gantry.contracts.unit.Bytes;

/**
 * How much room a container's files take.
 *
 * @param written its own files, what it changed of its image included: a file with several names once, its content as long as it is. Neither volumes nor what is in memory
 * @param files how many those are
 * @param image its image's layers, as they are stored in the registry
 */
public record ContainerSize(@Always Bytes written, @Always long files, @Always Bytes image) {}
