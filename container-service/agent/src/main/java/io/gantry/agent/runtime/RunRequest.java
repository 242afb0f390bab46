package io.gantry.agent.runtime;

import io.gantry.agent.image.Layer;
import io.gantry.contracts.link.KeptFiles;
import io.gantry.contracts.state.Desired;
import java.util.List;
import java.util.Optional;

/**
 * All that one start needs.
 *
 * @param run the run's number, see {@link Desired.Container#run}
 * @param layers read-only, lowest first, on disk and whole
 * @param networks by name, so that the way out is by the first; empty for loopback only
 * @param files what its secrets and configs hold
 */
public record RunRequest(Desired.Container container, long run, List<Layer> layers, List<Attachment> networks, KeptFiles files) {
    private static final KeptFiles NONE = new KeptFiles(List.of());

    /** Of a container whose spec names neither secret nor config. */
    public RunRequest(Desired.Container container, long run, List<Layer> layers, Optional<Attachment> network) {
        this(container, run, layers, network.stream().toList(), NONE);
    }

    /** On one network at most. */
    public RunRequest(Desired.Container container, long run, List<Layer> layers, Optional<Attachment> network, KeptFiles files) {
        this(container, run, layers, network.stream().toList(), files);
    }

    /** By which it has its way out. */
    public Optional<Attachment> network() {
        return networks.stream().findFirst();
    }
}
