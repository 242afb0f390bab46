package io.gantry.agent.main;

import io.gantry.agent.disk.DataLock;
import io.gantry.agent.execute.LinuxContainerRuntime;
import io.gantry.agent.link.NodeIdentity;
import io.gantry.agent.network.LinuxHostNetwork;
import io.gantry.agent.volume.NodeVolumes;
import io.gantry.agent.reconcile.Journal;
import io.gantry.contracts.id.ContainerId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Takes all that an agent made out of its host: containers, links, tables. Needs no service, and doesn't begin beside a running agent. */
final class Departure {
    private final AgentConfig config;

    Departure(AgentConfig config) {
        this.config = config;
    }

    /**
     * How many containers there were.
     *
     * @throws DataLock.Held if the agent runs; nothing is done then
     */
    int leave() throws IOException {
        try (DataLock _ = DataLock.take(config.data())) {
            return leaveAlone();
        }
    }

    private int leaveAlone() throws IOException {
        Journal journal = new Journal(config.data().resolve("agent"));
        Set<ContainerId> all = new HashSet<>(journal.held().keySet());
        try (LinuxContainerRuntime runtime = new LinuxContainerRuntime(config.runtime().withParked(0))) {
            runtime.onExit((_, _, _) -> {});
            runtime.recover().forEach(one -> all.add(one.id()));
            for (ContainerId id : all) {
                runtime.remove(id);
                journal.forget(id);
            }
            new NodeVolumes(runtime.folders().volumes(), 0).unmountAll();
        }
        Optional<NodeIdentity> identity = NodeIdentity.load(config.data().resolve("identity"));
        if (identity.isPresent()) {
            try (LinuxHostNetwork network =
                    new LinuxHostNetwork(LinuxHostNetwork.Settings.of(identity.get().node(), config.address()))) {
                network.tearDown();
            }
        }
        Files.deleteIfExists(config.data().resolve("agent").resolve("desired.json"));
        removeGroups();
        return all.size();
    }

    /** The empty cgroups above the containers': {@code <controller>/<parent>/gantry/<node>}. */
    private void removeGroups() throws IOException {
        for (var group : Host.cgroups(config.cgroupParent(), config.name()).roots().reversed()) {
            Path folder = Path.of(group.path());
            if (folder.getFileName().toString().equals(config.name())) {
                Files.deleteIfExists(folder);
            }
        }
    }
}
