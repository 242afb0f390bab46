package io.gantry.agent.plan;

/** By what a folder is kept to a size. A folder stays with what it began with. */
public enum SizeKeeper {
    /** Goes on every file system. */
    FILE("a file on the node with ext4 in it, whose own needs count", "a file with ext4 in it, unless it is mounted already"),
    /** Of ext4, xfs and others, where they are mounted so. */
    PROJECT("a project quota of the node's file system", "a project of its own, with a quota of the file system"),
    /** Of btrfs. */
    SUBVOLUME("a btrfs subvolume with a quota group, which counts what the file system writes down about it, too", "a btrfs subvolume with a quota group");

    private final String what;
    private final String deed;

    SizeKeeper(String what, String deed) {
        this.what = what;
        this.deed = deed;
    }

    /**
     * Whether what is full is full for the host's root, too, who then can't make it ready for another run: so it is with btrfs and xfs. Such a folder has no
     * limit as long as we work there and nobody else does.
     */
    public boolean bindsUs() {
        return this != FILE;
    }

    /** For people who ask what holds it. */
    public String what() {
        return what;
    }

    /** For people who read what is done. */
    String deed() {
        return deed;
    }
}
