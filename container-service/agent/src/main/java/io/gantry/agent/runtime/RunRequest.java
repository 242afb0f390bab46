package io.gantry.agent.runtime;

import io.gantry.agent.image.Layer;
import io.gantry.contracts.state.Desired;
import java.util.List;
import java.util.Optional;

/**
 * All that one start needs.
 *
 * @param run the run's number, see {@link Desired.Container#run}
 * @param layers read-only, lowest first, on disk and whole
 * @param network empty for loopback only
 */
public record RunRequest(Desired.Container container, long run, List<Layer> layers, Optional<Attachment> network) {}
