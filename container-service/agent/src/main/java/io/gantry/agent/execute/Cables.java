package io.gantry.agent.execute;

import io.gantry.agent.runtime.Attachment;

/** A container's veth pair. */
public interface Cables {
    /** Makes the pair: one end on the bridge, up; the other as {@code eth0}, down, in the network namespace of {@code pid}. */
    void plug(Attachment network, int pid);

    /** Raises {@code eth0} there and gives it its address and default route. */
    void address(Attachment network, int pid);

    /** Deletes the pair; nothing if there is none. */
    void unplug(String hostInterface);
}
