package io.gantry.kernel.probe;

import io.gantry.kernel.syscall.Fd;

/** What probes need beside {@link io.gantry.kernel.syscall.SystemCalls}; a test answers in its place. Nothing of it outlives its use. */
public interface Ground {
    /** A new user namespace, which maps what a container's mounts are mapped by. */
    Fd userNamespace();

    /** Makes an EROFS image, as layers are kept, in a file that isn't there yet. */
    void image(String path);

    /** A network namespace of nobody. */
    Links links();

    /** Links and tables in a namespace that goes when this is closed. */
    interface Links extends AutoCloseable {
        void bridge();

        void veth();

        void vxlan();

        void sockets();

        /** One table with everything that Gantry's rules for packets use. */
        void table();

        /** One with everything that its rules for frames use. */
        void frames();

        @Override
        void close();
    }
}
