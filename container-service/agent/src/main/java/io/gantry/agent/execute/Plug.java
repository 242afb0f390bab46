package io.gantry.agent.execute;

import com.fasterxml.jackson.annotation.JsonCreator;
import io.gantry.agent.runtime.Attachment;

/**
 * A cable of a container.
 *
 * @param inside the name of its end there
 * @param network {@code null} where an agent from before wrote this, when there was one at most
 */
record Plug(String hostInterface, String inside, Attachment network) {
    static final String FIRST = "eth0";

    static Plug of(String inside, Attachment network) {
        return new Plug(network.hostInterface(), inside, network);
    }

    /** As an agent from before wrote it. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static Plug first(String hostInterface) {
        return new Plug(hostInterface, FIRST, null);
    }

    @JsonCreator(mode = JsonCreator.Mode.PROPERTIES)
    Plug {}
}
