package io.gantry.kernel.files;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;

/** The C library's file functions that work relative to an open folder, bound directly; their numbers are {@code LinuxHeader}'s. */
final class LibCFiles {
    static {
        Native.register(LibCFiles.class, "c");
    }

    private LibCFiles() {}

    static native int open(String path, int flags, int mode) throws LastErrorException;

    static native int openat(int folder, String path, int flags, int mode) throws LastErrorException;

    static native int close(int fd) throws LastErrorException;

    static native long write(int fd, byte[] data, long size) throws LastErrorException;

    static native int mkdirat(int folder, String path, int mode) throws LastErrorException;

    static native int mknodat(int folder, String path, int mode, long device) throws LastErrorException;

    static native int symlinkat(String target, int folder, String path) throws LastErrorException;

    static native int linkat(int fromFolder, String from, int toFolder, String to, int flags) throws LastErrorException;

    static native int renameat(int fromFolder, String from, int toFolder, String to) throws LastErrorException;

    static native int unlinkat(int folder, String path, int flags) throws LastErrorException;

    static native int fchownat(int folder, String path, int user, int group, int flags) throws LastErrorException;

    static native int fchmodat(int folder, String path, int mode, int flags) throws LastErrorException;

    /** {@code times}: seconds and nanoseconds of access, then of modification. */
    static native int utimensat(int folder, String path, long[] times, int flags) throws LastErrorException;

    static native int setxattr(String path, String name, byte[] value, long size, int flags) throws LastErrorException;

    static native int lsetxattr(String path, String name, byte[] value, long size, int flags) throws LastErrorException;

    static native long lgetxattr(String path, String name, byte[] value, long size) throws LastErrorException;

    static native long llistxattr(String path, byte[] names, long size) throws LastErrorException;

    static native int syncfs(int fd) throws LastErrorException;
}
