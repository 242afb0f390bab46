package io.gantry.agent.execute;

import io.gantry.agent.runtime.Attachment;
import io.gantry.contracts.unit.Ipv4;

/** Veth pairs from bridges to containers. */
public interface Cables {
    /** Makes a pair, both ends down: {@code name} here, {@code eth0} in the network namespace of {@code pid}. */
    Cable make(String name, int pid);

    /**
     * Limits what passes, in bytes a second, seen from the container; {@code null} is no limit.
     *
     * @param inside the name of its end in the container
     * @param in what the end on the bridge sends
     * @param out what the end inside sends: containers can't administer their network
     */
    void limit(String hostInterface, String inside, int pid, Long in, Long out);

    /**
     * Makes a pair, both ends down: that here is a port of the network's bridge at once, {@code inside} is in the network namespace of {@code pid}. One that
     * is there stays.
     */
    void tie(int pid, String inside, Attachment network);

    /** Raises both ends of one that was tied, and gives it its address. What is so already stays. */
    void bringUp(int pid, String inside, Attachment network);

    /** The way out is by {@code inside}, and not by another any more. */
    void leadOut(int pid, String inside, Ipv4 gateway);

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
