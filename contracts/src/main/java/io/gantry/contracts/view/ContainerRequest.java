package io.gantry.contracts.view;

import io.gantry.contracts.api.Always;
import io.gantry.contracts.spec.ContainerSpec;

/**
 * Body of {@code POST /containers}.
 *
 * @param name unique in the project; {@code null} lets the service choose one
 * @param start run it at once
 */
public record ContainerRequest(String name, @Always ContainerSpec spec, boolean start) {}
