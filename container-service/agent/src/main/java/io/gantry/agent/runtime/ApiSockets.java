package io.gantry.agent.runtime;

import io.gantry.contracts.id.ContainerId;
import java.io.IOException;
import java.nio.file.Path;

/** Answers for the platform's API on a socket for each container that has one. */
public interface ApiSockets extends AutoCloseable {
    /** Of the socket in its folder. */
    String NAME = "docker.sock";

    /** Of an agent that has no way to a gateway. */
    ApiSockets NONE = new ApiSockets() {
        @Override
        public void open(ContainerId id, Path socket) throws IOException {
            throw new IOException("this agent knows no gateway");
        }

        @Override
        public void close(ContainerId id) {
            // there is none
        }

        @Override
        public void close() {
            // there are none
        }
    };

    /** When this returns, the socket is there, and whoever reaches it may use it. One that an earlier agent has left is replaced. */
    void open(ContainerId id, Path socket) throws IOException;

    /** Also what goes through it just now. Nothing happens to one that isn't open. */
    void close(ContainerId id);

    /** All of them. The containers' next agent opens them again. */
    @Override
    void close();
}
