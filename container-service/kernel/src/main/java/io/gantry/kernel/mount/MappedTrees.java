package io.gantry.kernel.mount;

import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.Opened;
import io.gantry.kernel.syscall.SystemCalls;

/** Detached copies of a folder or file whose owners are shifted into a container's id range (Linux 5.12, overlay on it 5.19). */
public final class MappedTrees {
    private final SystemCalls calls;

    public MappedTrees(SystemCalls calls) {
        this.calls = calls;
    }

    /** @param attributes {@code MOUNT_ATTR_*} */
    public Fd clone(String path, Fd userNamespace, int attributes) {
        try (Opened opened = new Opened()) {
            Fd tree = opened.add(calls.cloneTree(path));
            calls.mapOwners(tree, userNamespace, attributes);
            opened.keep();
            return tree;
        }
    }
}
