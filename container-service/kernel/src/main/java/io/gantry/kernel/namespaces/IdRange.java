package io.gantry.kernel.namespaces;

/**
 * The host's user and group ids that a container's 0 to 65535 stand for.
 *
 * @param first a multiple of 65536, below 2³¹
 */
public record IdRange(int first) {
    public static final int SIZE = 65_536;

    public IdRange {
        if (first < SIZE || first % SIZE != 0) {
            throw new IllegalArgumentException("a range begins at a positive multiple of 65536, got " + first);
        }
    }

    /** What the container's own user namespace gets, see user_namespaces(7). */
    public String map() {
        return "0 " + first + " " + SIZE + "\n";
    }

    /**
     * What the namespace gets that shifts owners on mounts. The second line maps the host's root too, at an id no container
     * has: overlay works with its mounter's identity, and where that is unmapped it falls back to read-only.
     */
    public String mountMap() {
        return map() + SIZE + " 0 1\n";
    }

    /** A user or group of the container, of the one that the host has; its overflow id for those of others. */
    public int inside(int outside) {
        return outside >= first && outside - first < SIZE ? outside - first : SIZE - 2;
    }
}
