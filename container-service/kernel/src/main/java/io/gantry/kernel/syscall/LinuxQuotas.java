package io.gantry.kernel.syscall;

import static io.gantry.kernel.syscall.LinuxHeader.*;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Supplier;

/** What a file system counts and keeps to a limit. */
interface LinuxQuotas extends SystemCalls {
    @Override
    default int control(Fd file, long request, byte[] argument) {
        return (int) Call.make("ioctl", file, () -> LibC.ioctl(file.number(), request, argument.length == 0 ? null : argument));
    }

    @Override
    default void quota(Fd file, int command, int id, byte[] argument) {
        Call.make("quotactl_fd", file, () -> LibC.syscall(SYS_QUOTACTL_FD, file.number(), command, id, argument));
    }

    @Override
    default long fileSystem(String path) {
        byte[] answer = new byte[120]; // struct statfs
        Call.make("statfs", path, () -> LibC.statfs(path, answer));
        return ByteBuffer.wrap(answer).order(ByteOrder.nativeOrder()).getLong();
    }

    @Override
    default <T> T boundByQuotas(Supplier<T> work) {
        return Call.aside("bound by quotas", () -> {
            byte[] header = Call.structure(8).putInt(CAPABILITY_VERSION_3).putInt(0).array();
            byte[] sets = new byte[24];
            Call.make("capget", "", () -> LibC.syscall(SYS_CAPGET, header, sets));
            ByteBuffer held = ByteBuffer.wrap(sets).order(ByteOrder.nativeOrder());
            held.putInt(0, held.getInt(0) & ~(1 << CAP_SYS_RESOURCE));
            Call.make("capset", "CAP_SYS_RESOURCE", () -> LibC.syscall(SYS_CAPSET, header, sets));
            return work.get();
        });
    }
}
