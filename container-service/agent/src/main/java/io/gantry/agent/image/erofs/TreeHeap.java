package io.gantry.agent.image.erofs;

/**
 * How much of the heap the tree of one layer may take: an image's folders are written when all of the tar was read, and until then every name is in memory.
 */
final class TreeHeap {
    /** Of one file beside its names and attributes, as measured, what is kept to read the tar included. */
    private static final long NODE = 350;

    private long left;

    /** @param bytes at most */
    TreeHeap(long bytes) {
        this.left = bytes;
    }

    /** @param extra bytes of its path, of where it leads, of an attribute */
    void node(long extra) throws LargeLayer {
        take(NODE + extra);
    }

    void take(long bytes) throws LargeLayer {
        left -= bytes;
        if (left < 0) {
            throw new LargeLayer();
        }
    }
}
