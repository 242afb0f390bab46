package io.gantry.kernel.syscall;

/** Numbers from the kernel's include/uapi, x86-64; with the oldest kernel where it is newer than 5.0. */
public final class LinuxHeader {
    private LinuxHeader() {}

    // fcntl.h
    public static final int AT_FDCWD = -100;
    public static final int AT_EMPTY_PATH = 0x1000;
    public static final int AT_SYMLINK_NOFOLLOW = 0x100;
    public static final int AT_REMOVEDIR = 0x200;
    static final int AT_RECURSIVE = 0x8000; // 5.2
    public static final int O_RDONLY = 0;
    public static final int O_WRONLY = 1;
    public static final int O_RDWR = 2;
    public static final int O_CREAT = 0x40;
    public static final int O_EXCL = 0x80;
    public static final int O_TRUNC = 0x200;
    public static final int O_NONBLOCK = 0x800;
    public static final int O_DIRECTORY = 0x10000;
    public static final int O_NOFOLLOW = 0x20000;
    public static final int O_CLOEXEC = 0x80000;
    public static final int O_PATH = 0x200000;
    static final int F_ADD_SEALS = 1033;
    /** F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE */
    static final int SEAL_ALL = 0xf;

    // system call numbers, asm/unistd_64.h
    static final long SYS_CAPGET = 125;
    static final long SYS_CAPSET = 126;
    static final long SYS_OPEN_TREE = 428; // 5.2
    static final long SYS_SECCOMP = 317;
    static final long SYS_BPF = 321; // 3.18
    static final long SYS_MOVE_MOUNT = 429; // 5.2
    static final long SYS_FSOPEN = 430; // 5.2
    static final long SYS_FSCONFIG = 431; // 5.2
    static final long SYS_FSMOUNT = 432; // 5.2
    static final long SYS_CLONE3 = 435; // 5.3, with CLONE_INTO_CGROUP 5.7
    public static final long SYS_OPENAT2 = 437; // 5.6
    static final long SYS_MOUNT_SETATTR = 442; // 5.12
    static final long SYS_QUOTACTL_FD = 443; // 5.14
    static final long SYS_PIDFD_SEND_SIGNAL = 424; // 5.1
    static final long SYS_PIDFD_OPEN = 434; // 5.3

    // linux/openat2.h
    public static final long RESOLVE_IN_ROOT = 0x10;
    public static final long RESOLVE_NO_MAGICLINKS = 0x02;

    // linux/seccomp.h
    static final int SECCOMP_GET_ACTION_AVAIL = 2;
    static final int SECCOMP_RET_ERRNO = 0x00050000;

    // linux/mount.h
    static final int OPEN_TREE_CLONE = 1;
    static final int FSOPEN_CLOEXEC = 1;
    static final int FSMOUNT_CLOEXEC = 1;
    static final int FSCONFIG_SET_FLAG = 0;
    static final int FSCONFIG_SET_STRING = 1;
    static final int FSCONFIG_CMD_CREATE = 6;
    public static final int MOUNT_ATTR_RDONLY = 0x1;
    public static final int MOUNT_ATTR_NOSUID = 0x2;
    public static final int MOUNT_ATTR_NODEV = 0x4;
    public static final int MOUNT_ATTR_NOEXEC = 0x8;
    public static final int MOUNT_ATTR_NOATIME = 0x10;
    public static final int MOUNT_ATTR_STRICTATIME = 0x20;
    /** The bits that say how access times are kept, to be cleared when one of them is set. */
    public static final int MOUNT_ATTR_ATIME = 0x70;
    public static final int MOUNT_ATTR_NODIRATIME = 0x80;
    public static final int MOUNT_ATTR_NOSYMFOLLOW = 0x00200000; // 5.14
    static final long MOUNT_ATTR_IDMAP = 0x00100000; // 5.12; overlay on id-mapped layers 5.19
    public static final long MS_RDONLY = 1;
    public static final long MS_NOSUID = 2;
    public static final long MS_NODEV = 4;
    public static final long MS_NOEXEC = 8;
    public static final long MS_SYNCHRONOUS = 16;
    public static final long MS_REMOUNT = 32;
    public static final long MS_MANDLOCK = 64;
    public static final long MS_DIRSYNC = 128;
    public static final long MS_NOSYMFOLLOW = 256; // 5.10
    public static final long MS_NOATIME = 1024;
    public static final long MS_NODIRATIME = 2048;
    public static final long MS_BIND = 4096;
    public static final long MS_REC = 16_384;
    public static final long MS_UNBINDABLE = 1 << 17;
    public static final long MS_PRIVATE = 1 << 18;
    public static final long MS_SLAVE = 1 << 19;
    public static final long MS_SHARED = 1 << 20;
    static final int MNT_DETACH = 2;
    public static final long MS_RELATIME = 1 << 21;
    public static final long MS_STRICTATIME = 1 << 24;
    static final int MOVE_MOUNT_F_EMPTY_PATH = 4;

    // linux/sched.h
    public static final long CLONE_NEWNS = 0x00020000L;
    public static final long CLONE_NEWCGROUP = 0x02000000L;
    public static final long CLONE_NEWUTS = 0x04000000L;
    public static final long CLONE_NEWIPC = 0x08000000L;
    public static final long CLONE_NEWUSER = 0x10000000L;
    public static final long CLONE_NEWPID = 0x20000000L;
    public static final long CLONE_NEWNET = 0x40000000L;

    // sys/socket.h
    static final int AF_UNIX = 1;
    static final int SOCK_STREAM = 1;
    static final int SOCK_SEQPACKET = 5;
    static final int SOCK_CLOEXEC = 0x80000;
    static final int SOL_SOCKET = 1;
    static final int SCM_RIGHTS = 1;
    static final int MSG_NOSIGNAL = 0x4000;
    static final int MSG_CMSG_CLOEXEC = 0x40000000;

    // linux/capability.h
    static final int CAPABILITY_VERSION_3 = 0x20080522;
    static final int CAP_SYS_RESOURCE = 24;

    // linux/magic.h
    public static final long BTRFS_SUPER_MAGIC = 0x9123683EL;
    public static final long EROFS_SUPER_MAGIC_V1 = 0xE0F5E1E2L;

    // linux/loop.h
    public static final long LOOP_CTL_GET_FREE = 0x4C82;
    public static final long LOOP_CONFIGURE = 0x4C0A; // 5.8
    public static final int LO_FLAGS_READ_ONLY = 1;
    public static final int LO_FLAGS_AUTOCLEAR = 4;
    public static final int LO_FLAGS_DIRECT_IO = 16;

    // linux/prctl.h
    static final int PR_SET_CHILD_SUBREAPER = 36; // 3.4

    // poll.h
    static final short POLLIN = 1;
    static final short POLLPRI = 2;

    // linux/stat.h
    public static final int S_IFCHR = 0x2000;
    public static final int S_IFMT = 0xf000;

    static final int MFD_CLOEXEC = 1;
    static final int MFD_ALLOW_SEALING = 2;

    // bpf.h
    static final int BPF_PROG_LOAD = 5;
    static final int BPF_PROG_ATTACH = 8;
    static final int BPF_PROG_TYPE_CGROUP_DEVICE = 15; // 4.15
    static final int BPF_CGROUP_DEVICE = 6;
}
