package io.gantry.kernel.seccomp;

import io.gantry.kernel.syscall.Errno;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Keeps programs from making subvolumes. Whoever may make a folder in btrfs may make a subvolume there, too, and what is in it counts as nobody's: the limit
 * of the one around it doesn't hold for it. There is no other way to forbid it (fs/btrfs/ioctl.c asks for the same rights as mkdir(2) does).
 */
public final class SubvolumeGuard {
    private static final int X86_64 = 0xc000003e; // AUDIT_ARCH_X86_64
    private static final int I386 = 0x40000003; // AUDIT_ARCH_I386
    private static final int IOCTL = 16;
    private static final int IOCTL_X32 = 0x40000000 | 514;
    private static final int IOCTL_I386 = 54;
    private static final int SNAP_CREATE = 0x50009401;
    private static final int SUBVOL_CREATE = 0x5000940e;
    private static final int SNAP_CREATE_V2 = 0x50009417;
    private static final int SUBVOL_CREATE_V2 = 0x50009418;

    /** Ends where the filter behind it begins. */
    private static final List<Bpf> GUARD =
            List.of(
                    Bpf.load(Bpf.ARCHITECTURE),
                    Bpf.ifEqual(X86_64, 0, 3),
                    Bpf.load(Bpf.NUMBER),
                    Bpf.ifEqual(IOCTL, 4, 0),
                    Bpf.ifEqual(IOCTL_X32, 3, 9),
                    Bpf.ifEqual(I386, 0, 8),
                    Bpf.load(Bpf.NUMBER),
                    Bpf.ifEqual(IOCTL_I386, 0, 6),
                    Bpf.load(Bpf.FIRST_ARGUMENT + 8), // the kernel looks at these 32 bits alone
                    Bpf.ifEqual(SNAP_CREATE, 3, 0),
                    Bpf.ifEqual(SUBVOL_CREATE, 2, 0),
                    Bpf.ifEqual(SNAP_CREATE_V2, 1, 0),
                    Bpf.ifEqual(SUBVOL_CREATE_V2, 0, 1),
                    Bpf.answer(((Verdict.Answer) Verdict.errno(Errno.EPERM)).action()));

    private SubvolumeGuard() {}

    /** @param filter what else is asked; empty for nothing */
    public static byte[] before(byte[] filter) {
        byte[] guard = Bpf.encode(GUARD);
        byte[] rest = filter.length == 0 ? Bpf.encode(List.of(Bpf.answer(((Verdict.Answer) Verdict.ALLOW).action()))) : filter;
        return ByteBuffer.allocate(guard.length + rest.length).put(guard).put(rest).array();
    }
}
