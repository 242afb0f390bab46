package io.gantry.agent.execute;

import io.gantry.agent.api.ClientSockets;
import io.gantry.agent.plan.HostStep;
import io.gantry.agent.plan.rule.SocketRule;
import io.gantry.agent.runtime.ApiSockets;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.Mount;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;

/** What answers on sockets that containers have mounted: for each kind somebody else, until the container's run ends. */
record RunSockets(ApiSockets api, ClientSockets clients) implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(RunSockets.class.getName());

    /** Of who makes no container that has one. */
    static RunSockets none() {
        return new RunSockets(ApiSockets.NONE, new ClientSockets());
    }

    void serve(HostStep.ServeApi step) {
        try {
            api.open(step.container(), Path.of(step.socket()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void serve(HostStep.ServeClient step) {
        try {
            clients.open(step.container(), step.id(), Path.of(step.socket()), step.mode(), step.uid(), step.gid());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of a container that an earlier agent has started: the folders of its sockets are still mounted there; connections of that agent's are broken. @param first user of the host's that is its root */
    void again(ContainerRecord record, ContainerFolders folders, int first) {
        ContainerId id = record.container().id();
        List<Mount> mounts = record.container().spec().mounts();
        try {
            if (mounts.stream().anyMatch(Mount.Api.class::isInstance)) {
                serve(new HostStep.ServeApi(id, folders.api(id).resolve(ApiSockets.NAME).toString()));
            }
            SocketRule.served(id, mounts, first, folders.clients(id).toString()).forEach(this::serve);
        } catch (UncheckedIOException e) {
            LOG.log(Level.WARNING, "container " + id.shortForm() + " has no way out by its sockets any more", e);
        }
    }

    void close(ContainerId id) {
        api.close(id);
        clients.close(id);
    }

    @Override
    public void close() {
        api.close();
        clients.close();
    }
}
