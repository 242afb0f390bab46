package io.gantry.agent.execute;

import io.gantry.agent.runtime.Attachment;

/** Veth pairs from bridges to containers. */
public interface Cables {
    /** Makes a pair, both ends down: {@code name} here, {@code eth0} in the network namespace of {@code pid}. */
    Cable make(String name, int pid);

    /**
     * Limits what passes, in bytes a second, seen from the container; {@code null} is no limit.
     *
     * @param in what the end on the bridge sends
     * @param out what {@code eth0} sends: containers can't administer their network
     */
    void limit(String hostInterface, int pid, Long in, Long out);

    /** Deletes the pair; nothing if there is none. */
    void unplug(String hostInterface);

    /** One that was made. Closing it gives back what reaches its far end; the cable stays. */
    interface Cable extends AutoCloseable {
        /** Its end here gets its name, bridge and group, and is up. */
        void plug(Attachment network);

        /** Raises {@code eth0} there and gives it its address and default route. */
        void address(Attachment network);

        @Override
        void close();
    }
}
