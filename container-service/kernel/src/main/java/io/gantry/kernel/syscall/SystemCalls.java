package io.gantry.kernel.syscall;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What Gantry asks of the kernel, by purpose. Every method fails with {@link SyscallFailure}. An interface, so that a test can
 * record the calls or answer them.
 */
public interface SystemCalls {
    Fd open(String path, int flags, int mode);

    Fd openAt(Fd folder, String path, int flags, int mode);

    /** Opens {@code path} as if {@code root} were the root folder: no link, absolute or not, leads out of it. */
    Fd openInRoot(Fd root, String path, int flags);

    /** At most {@code size} bytes from the start of a file. */
    byte[] read(Fd file, int size);

    byte[] readAt(Fd file, int size, long offset);

    /** All of {@code data}. */
    void write(Fd file, byte[] data);

    void makeFolder(String path, int mode);

    /** False if it isn't there. */
    boolean removeFolder(String path);

    void makeFolderAt(Fd folder, String name, int mode, int owner);

    void makeDeviceAt(Fd folder, String name, int mode, int major, int minor, int owner);

    void makeLinkAt(Fd folder, String name, String target, int owner);

    void removeFileAt(Fd folder, String name);

    /** A file in memory; sealed, nobody can ever change it again, not even by {@code /proc/<pid>/exe}. */
    Fd memoryFile(String name, byte[] content, boolean sealed);

    /** A file system context for {@code type}, see fsopen(2). */
    Fd fsOpen(String type);

    void fsSet(Fd context, String key, String value);

    void fsFlag(Fd context, String key);

    /** Creates the superblock and a detached mount of it with {@code MOUNT_ATTR_*} attributes; closes the context. */
    Fd fsMount(Fd context, int attributes);

    /** A detached copy of the mount tree at {@code path}. */
    Fd cloneTree(String path);

    /** Puts a detached mount, with the mounts of this thread, at {@code path}. */
    void attach(Fd mount, String path);

    /** Takes what is mounted at {@code path} from there, as soon as nobody uses it any more (MNT_DETACH). */
    void detach(String path);

    /** Does {@code work} on a thread with a copy of the mounts that nobody else sees; all that is put there goes with it. */
    <T> T amongOwnMounts(Supplier<T> work);

    /** Owners of a detached mount appear mapped by the user namespace; {@code attributes} are set besides. */
    void mapOwners(Fd mount, Fd userNamespace, int attributes);

    /** {@code MOUNT_ATTR_*} for a detached mount. */
    void setMount(Fd mount, int attributes);

    /** A detached copy of the mount tree at an open folder, with all that is mounted in it. */
    Fd cloneAll(Fd folder);

    /** As {@link #mapOwners}, of a detached mount and of all that is mounted in it; {@code propagation} is {@code MS_PRIVATE} or {@code MS_SLAVE}. */
    void mapAllOwners(Fd mount, Fd userNamespace, int attributes, long propagation);

    /**
     * Changes a detached mount, and with {@code all} what is mounted in it: sets and clears {@code MOUNT_ATTR_*}; {@code propagation} is one of
     * {@code MS_PRIVATE}, {@code MS_SLAVE}, … or 0 for as it is.
     */
    void changeMount(Fd mount, long set, long clear, long propagation, boolean all);

    /** A SEQPACKET socket that listens at {@code path}, however long that is. */
    Fd listen(String path);

    /** Connected to who listens at {@code path}: by a STREAM socket, or as {@link #listen} does. */
    Fd dial(String path, boolean stream);

    /** 0, 1 or 2 of this process; closing it does nothing. */
    Fd standard(int number);

    /** What is orphaned below this process becomes its child instead of process 1's. */
    void adoptOrphans();

    /** Two connected SEQPACKET sockets. */
    Pair socketPair();

    void send(Fd socket, byte[] message, List<Fd> fds);

    /** One message; empty when the other end is closed. */
    Optional<byte[]> receive(Fd socket, int size);

    /**
     * Runs {@code program}. Descriptors 0 to 2 are {@code /dev/null}, 3, 4, … are {@code fds}; the environment is empty.
     *
     * @return the process id
     */
    int spawn(Fd program, List<String> arguments, List<Fd> fds);

    /** Waits for a child; empty if it isn't ours. The value is the raw wait status. */
    Optional<Integer> waitFor(int pid);

    /** False if there is no such process. */
    boolean kill(int pid, int signal);

    Fd pidFd(int pid);

    /** To the process that the descriptor was opened for, whoever has its number by now. False if it has ended. */
    boolean signal(Fd process, int signal);

    /** Waits for a message, or for the other end to close; false when the time is over. */
    boolean awaitMessage(Fd socket, int timeoutMillis);

    /** Waits for the kernel to flag a change of a pollable file such as {@code cgroup.events}; false when the time is over. */
    boolean awaitChange(Fd file, int timeoutMillis);

    /** Waits until the kernel flags a change of some of these files, and says of which; none when the other end of {@code until} is closed. */
    List<Fd> awaitChanges(List<Fd> files, Fd until);

    /** Loads a program that decides which devices can be opened (BPF_PROG_TYPE_CGROUP_DEVICE, 4.15). */
    Fd loadDeviceProgram(byte[] instructions);

    /** The group's one program of that kind from now on, for all below it, too; it stays when {@code program} is closed. */
    void attachDeviceProgram(Fd group, Fd program);

    /** Soft and hard limit of this process. */
    Limits limits(int resource);

    /** ioctl(2); what the kernel answers is in {@code argument} afterwards, or is the value. An empty one is none. */
    int control(Fd file, long request, byte[] argument);

    /** quotactl_fd(2) (Linux 5.14): of the file system that {@code file} is on. */
    void quota(Fd file, int command, int id, byte[] argument);

    /** statfs(2): by its magic number, see linux/magic.h, what file system {@code path} is on. */
    long fileSystem(String path);

    /** Does {@code work} on a thread whom quotas bind: without CAP_SYS_RESOURCE, whose holders write beyond them (fs/quota/dquot.c). */
    <T> T boundByQuotas(Supplier<T> work);

    /** Fails if the kernel doesn't know the call, or a filter keeps it from us; changes nothing either way. */
    void ask(Known call);

    /** Calls that the launcher makes, and that can be asked for without being made. */
    enum Known {
        CLONE3,
        MOVE_MOUNT,
        /** That a filter may answer with an error number (Linux 4.14). */
        SECCOMP_ERRNO
    }

    record Pair(Fd ours, Fd theirs) {}

    record Limits(long soft, long hard) {}
}
