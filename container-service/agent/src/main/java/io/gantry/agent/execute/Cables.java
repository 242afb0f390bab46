package io.gantry.agent.execute;

import io.gantry.agent.runtime.Attachment;

/** A container's veth pair. */
public interface Cables {
    /** Makes the pair: one end on the bridge, up; the other as {@code eth0}, down, in the network namespace of {@code pid}. */
    void plug(Attachment network, int pid);

    /** Raises {@code eth0} there and gives it its address and default route. */
    void address(Attachment network, int pid);

    /**
     * Limits what passes, in bytes a second, seen from the container; {@code null} is no limit.
     *
     * @param in what the end on the bridge sends
     * @param out what {@code eth0} sends: containers can't administer their network
     */
    void limit(String hostInterface, int pid, Long in, Long out);

    /** Deletes the pair; nothing if there is none. */
    void unplug(String hostInterface);
}
