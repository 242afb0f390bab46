package io.gantry.agent.main;

import io.gantry.agent.disk.DataLock;
import io.gantry.agent.execute.LinuxContainerRuntime;
import io.gantry.agent.image.LayerDisk;
import io.gantry.agent.link.NodeIdentity;
import io.gantry.agent.network.LinuxHostNetwork;
import io.gantry.agent.volume.NodeVolumes;
import io.gantry.agent.reconcile.Journal;
import io.gantry.contracts.id.ContainerId;
import io.gantry.kernel.syscall.LinuxSystemCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Takes all that an agent made out of its host's kernel: containers, links, tables. For a while, or for good. Needs no service, and doesn't begin beside a
 * running agent.
 */
final class Departure {
    private final AgentConfig config;

    Departure(AgentConfig config) {
        this.config = config;
    }

    /**
     * For a while: containers are stopped, and the next agent starts those again whose restart policy says so. What they wrote, their logs and how they ended stay.
     *
     * @return how many ran
     * @throws DataLock.Held if the agent runs; nothing is done then
     */
    int rest() throws IOException, InterruptedException {
        try (DataLock _ = DataLock.take(config.data())) {
            int running;
            try (LinuxContainerRuntime runtime = new LinuxContainerRuntime(config.runtime().withParked(0))) {
                runtime.recover();
                running = runtime.rest();
                new NodeVolumes(runtime.folders().volumes(), 0).unmountAll();
            }
            clearHost();
            return running;
        }
    }

    /**
     * For good: with all that containers wrote.
     *
     * @return how many containers there were
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
            runtime.deleteWhatWasRemoved();
            new NodeVolumes(runtime.folders().volumes(), 0).unmountAll();
        }
        journal.remember(0, List.of());
        clearHost();
        return all.size();
    }

    private void clearHost() throws IOException {
        LayerDisk.unmountAll(new LinuxSystemCalls(), config.data());
        Optional<NodeIdentity> identity = NodeIdentity.load(config.data().resolve("identity"));
        if (identity.isPresent()) {
            try (LinuxHostNetwork network =
                    new LinuxHostNetwork(LinuxHostNetwork.Settings.of(identity.get().node(), config.address()))) {
                network.tearDown();
            }
        }
        removeGroups();
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
