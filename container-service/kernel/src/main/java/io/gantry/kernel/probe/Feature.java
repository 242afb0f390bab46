package io.gantry.kernel.probe;

/** One thing that Gantry asks of a kernel. Those that aren't {@link #needed} cost the containers that use them, not the agent. */
public enum Feature {
    CLONE3("clone3", true, "the first process is born in its cgroup (CLONE_INTO_CGROUP)", "5.7", Remedy.CALL),
    PIDFD("pidfd_open", true, "a process is entered by descriptor, never by a number that may have been given away", "5.3", Remedy.CALL),
    OPENAT2("openat2", true, "files in an image are opened without following a link out of it", "5.6", Remedy.CALL),
    MOUNT_CALLS("fsopen, fsmount, open_tree", true, "mounts are made detached and handed on by descriptor", "5.2", Remedy.CALL),
    MOVE_MOUNT("move_mount", true, "the first process brings its mounts into its own mount table", "5.2", Remedy.CALL),
    SECCOMP("seccomp filters", true, "what a program may ask of the kernel is filtered", "4.14",
            "use a kernel with CONFIG_SECCOMP_FILTER=y"),
    USER_NAMESPACES("user namespaces", true, "root in a container is nobody on the host", "3.8",
            "sysctl -w user.max_user_namespaces=15000 (0 forbids them); else use a kernel with CONFIG_USER_NS=y"),
    MAPPED_MOUNTS("id-mapped mounts on the data folder", true, "all containers share layers whose owners differ in each", "5.12",
            "put --data-dir on ext4, xfs or btrfs: not every file system can be mapped"),
    OVERLAY("overlay on id-mapped layers", true, "a writable folder lies over an image's layers", "5.19", "modprobe overlay"),
    MANY_LAYERS("overlay's lowerdir+", false, "images of more than 34 layers; those of fewer work without", "6.7",
            "use a newer kernel, or build the image with fewer layers"),
    DETACHED_LAYERS("overlay on mounts that are nowhere", false, "mounts are made without a table of their own", "6.15", "nothing: all works without"),
    IMAGES("EROFS images as overlay's layers", false, "a layer is one file on the disk; without it, it is a folder", "5.19",
            "modprobe -a erofs loop; in a container, give the agent /dev/loop-control and /dev/loop*"),
    CGROUP_TREE("unified cgroup tree with cgroup.kill", true, "all of a container ends at once", "5.14",
            "mount -t cgroup2 cgroup2 /sys/fs/cgroup/unified"),
    CGROUP_MEMORY("cgroup controller memory", true, "memory limits", "2.6.25", Remedy.controller("memory")),
    CGROUP_CPU("cgroup controller cpu", true, "processor limits and weights", "3.2", Remedy.controller("cpu")),
    CGROUP_CPUACCT("cgroup controller cpuacct", true, "processor time used", "2.6.24", Remedy.controller("cpuacct")),
    CGROUP_PIDS("cgroup controller pids", true, "a fork bomb ends", "4.3", Remedy.controller("pids")),
    CGROUP_DEVICES("cgroup controller devices", true, "no device but the harmless ones", "2.6.26", Remedy.controller("devices")),
    CGROUP_CPUSET("cgroup controller cpuset", false, "containers that are bound to cores (cpuset)", "2.6.24",
            Remedy.controller("cpuset")),
    CGROUP_BLKIO("cgroup controller blkio (io)", false, "containers that read and write disks at limited rates", "2.6.37", Remedy.controller("blkio")),
    SERVED_FILES("FUSE", false, "what /proc says of memory and cores fits a container's limits; without it, it is the host's", "5.4",
            "modprobe fuse; in a container, give the agent /dev/fuse"),
    BRIDGE("bridges", true, "each network is a bridge on this host", "2.6", "modprobe bridge"),
    VETH("veth pairs", true, "the cable between a container and its bridge", "2.6.24", "modprobe veth"),
    VXLAN("VXLAN links", true, "a network spans several hosts", "3.7", "modprobe vxlan"),
    SOCKET_DIAG("lists of bound sockets (sock_diag)", false, "a published port is kept from a program that listens on it already", "3.3",
            "modprobe -a inet_diag tcp_diag udp_diag"),
    NF_TABLES("nf_tables with nat, fib, numgen and reject", true, "published ports, virtual IPs, networks kept apart", "4.12",
            "modprobe -a nf_tables nft_chain_nat nft_masq nft_fib_ipv4 nft_numgen nft_reject_ipv4; apt-get install libnftables1"),
    NF_BRIDGE("nf_tables for bridges", true, "no container poses as a neighbour on its network", "5.3",
            "modprobe -a bridge nf_tables; else use a kernel with CONFIG_NF_TABLES_BRIDGE");

    private final String title;
    private final boolean needed;
    private final String purpose;
    private final String since;
    private final String remedy;

    Feature(String title, boolean needed, String purpose, String since, String remedy) {
        this.title = title;
        this.needed = needed;
        this.purpose = purpose;
        this.since = since;
        this.remedy = remedy;
    }

    /** As people know it. */
    public String title() {
        return title;
    }

    /** Whether an agent can do nothing without it. */
    public boolean needed() {
        return needed;
    }

    /** What it is for. */
    public String purpose() {
        return purpose;
    }

    /** The first Linux release with it. */
    public String since() {
        return since;
    }

    /** What a person can do where it is missing. */
    public String remedy() {
        return remedy;
    }

    private static final class Remedy {
        static final String CALL = "use a newer kernel; inside a sandbox, its seccomp filter may be what refuses";

        static String controller(String name) {
            return "mount -t cgroup -o %s cgroup /sys/fs/cgroup/%s (v1, beside a unified tree); where it is disabled, boot with cgroup_enable=%s"
                    .formatted(name, name, name);
        }
    }
}
