package io.gantry.agent.image.erofs;

import io.gantry.kernel.syscall.Errno;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A POSIX access list as an attribute's value (linux/posix_acl_xattr.h): a version, then entries of tag, rights and id. A file system checks one when it is
 * set; in an image there is nobody who would, before a program opens the file.
 *
 * @param mode the file's rights that it stands for
 * @param plain it says no more than a mode does, and isn't kept
 * @param value as the kernel shows it
 */
record AccessList(int mode, boolean plain, byte[] value) {
    private static final int VERSION = 2;
    private static final int HEADER = 4;
    private static final int ENTRY = 8;
    private static final int NOBODY = -1;

    private static final int USER_OBJ = 0x01;
    private static final int USER = 0x02;
    private static final int GROUP_OBJ = 0x04;
    private static final int GROUP = 0x08;
    private static final int MASK = 0x10;
    private static final int OTHER = 0x20;

    /** Not a list: EINVAL, or EOPNOTSUPP for a version that nobody knows. */
    static final class Wrong extends Exception {
        private static final long serialVersionUID = 1L;
        private final int errno;

        private Wrong(int errno) {
            super(Errno.name(errno), null, false, false);
            this.errno = errno;
        }

        int errno() {
            return errno;
        }
    }

    /** Checked as posix_acl_valid (fs/posix_acl.c) does: user, users, group, groups, mask, others, in this order. */
    static AccessList parse(byte[] value) throws Wrong {
        ByteBuffer in = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
        if (value.length >= HEADER && in.getInt() != VERSION) {
            throw new Wrong(Errno.EOPNOTSUPP);
        }
        if (value.length < HEADER || in.remaining() % ENTRY != 0) {
            throw new Wrong(Errno.EINVAL);
        }
        ByteBuffer out = ByteBuffer.allocate(value.length).order(ByteOrder.LITTLE_ENDIAN).putInt(VERSION);
        int next = USER_OBJ;
        boolean named = false;
        boolean masked = false;
        int mode = 0;
        while (in.hasRemaining()) {
            int tag = in.getShort();
            int rights = in.getShort();
            int id = in.getInt();
            boolean expected = switch (tag) {
                case USER_OBJ -> next == USER_OBJ;
                case USER, GROUP_OBJ -> next == USER;
                case GROUP, MASK -> next == GROUP;
                case OTHER -> next == OTHER || next == GROUP && !named;
                default -> false;
            };
            boolean someone = tag == USER || tag == GROUP;
            if (!expected || (rights & ~7) != 0 || someone && id == NOBODY) {
                throw new Wrong(Errno.EINVAL);
            }
            named |= someone;
            masked |= tag == MASK;
            next = switch (tag) {
                case USER_OBJ -> USER;
                case GROUP_OBJ -> GROUP;
                case MASK -> OTHER;
                case OTHER -> 0;
                default -> next;
            };
            mode = switch (tag) {
                case USER_OBJ -> mode | rights << 6;
                case GROUP_OBJ -> mode | rights << 3;
                case MASK -> mode & ~070 | rights << 3;
                case OTHER -> mode | rights;
                default -> mode;
            };
            out.putShort((short) tag).putShort((short) rights).putInt(someone ? id : NOBODY);
        }
        if (next != 0) {
            throw new Wrong(Errno.EINVAL);
        }
        return new AccessList(mode, !named && !masked, out.array());
    }
}
