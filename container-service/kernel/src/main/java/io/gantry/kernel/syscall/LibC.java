package io.gantry.kernel.syscall;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.StringArray;

/** The C library's functions, bound directly (0.4 µs a call). */
final class LibC {
    static {
        Native.register(LibC.class, "c");
    }

    private LibC() {}

    static native String strerror(int errno);

    static native int open(String path, int flags, int mode) throws LastErrorException;

    static native int openat(int folder, String path, int flags, int mode) throws LastErrorException;

    static native int close(int fd) throws LastErrorException;

    static native long read(int fd, byte[] data, long size) throws LastErrorException;

    static native long pread(int fd, byte[] data, long size, long offset) throws LastErrorException;

    static native long write(int fd, byte[] data, long size) throws LastErrorException;

    static native int mkdir(String path, int mode) throws LastErrorException;

    static native int rmdir(String path) throws LastErrorException;

    static native int mkdirat(int folder, String path, int mode) throws LastErrorException;

    static native int unlinkat(int folder, String path, int flags) throws LastErrorException;

    static native int mknodat(int folder, String path, int mode, long device) throws LastErrorException;

    static native int fchownat(int folder, String path, int user, int group, int flags) throws LastErrorException;

    static native int fchmodat(int folder, String path, int mode, int flags) throws LastErrorException;

    static native int symlinkat(String target, int folder, String path) throws LastErrorException;

    static native int memfd_create(String name, int flags) throws LastErrorException;

    static native int fcntl(int fd, int command, int argument) throws LastErrorException;

    static native int socketpair(int domain, int type, int protocol, int[] pair) throws LastErrorException;

    static native int socket(int domain, int type, int protocol) throws LastErrorException;

    static native int bind(int fd, byte[] address, int size) throws LastErrorException;

    static native int connect(int fd, byte[] address, int size) throws LastErrorException;

    static native int listen(int fd, int waiting) throws LastErrorException;

    static native int prctl(int option, long a, long b, long c, long d) throws LastErrorException;

    static native long sendmsg(int fd, Pointer message, int flags) throws LastErrorException;

    static native long recvmsg(int fd, Pointer message, int flags) throws LastErrorException;

    static native int waitpid(int pid, int[] status, int options) throws LastErrorException;

    static native int unshare(int flags) throws LastErrorException;

    static native int mount(String source, String target, String type, long flags, String data) throws LastErrorException;

    static native int umount2(String target, int flags) throws LastErrorException;

    static native int ioctl(int fd, long request, byte[] argument) throws LastErrorException;

    static native int statfs(String path, byte[] answer) throws LastErrorException;

    static native int kill(int pid, int signal) throws LastErrorException;

    static native int poll(byte[] descriptors, long count, int timeoutMillis) throws LastErrorException;

    static native int getrlimit(int resource, long[] limits) throws LastErrorException;

    static native int posix_spawn(
            int[] pid, String path, Pointer actions, Pointer attributes, StringArray arguments, StringArray environment);

    static native int posix_spawn_file_actions_init(Pointer actions);

    static native int posix_spawn_file_actions_adddup2(Pointer actions, int from, int to);

    static native int posix_spawn_file_actions_destroy(Pointer actions);

    static native long syscall(long number, int fd, String text, int flags) throws LastErrorException;

    static native long syscall(long number, int operation, int flags, byte[] structure) throws LastErrorException;

    static native long syscall(long number, Pointer structure, long size) throws LastErrorException;

    static native long syscall(long number, int command, Pointer structure, int size) throws LastErrorException;

    static native long syscall(long number, byte[] header, byte[] data) throws LastErrorException;

    static native long syscall(long number, int fd, int command, int id, byte[] argument) throws LastErrorException;

    static native long syscall(long number, String text, int flags) throws LastErrorException;

    static native long syscall(long number, int a, int b, int c) throws LastErrorException;

    static native long syscall(long number, int fd, int command, String key, String value, int more)
            throws LastErrorException;

    static native long syscall(long number, int fd, String path, int flags, byte[] structure, long size)
            throws LastErrorException;

    static native long syscall(long number, int from, String fromPath, int to, String toPath, int flags)
            throws LastErrorException;

    static native long syscall(long number, int fd, String path, byte[] structure, long size) throws LastErrorException;
}
