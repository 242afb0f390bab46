package io.gantry.kernel.syscall;

import static io.gantry.kernel.syscall.LinuxHeader.*;

import com.sun.jna.Memory;
import java.nio.charset.StandardCharsets;
import java.util.function.LongSupplier;

/**
 * The real ones; most are in the interfaces of this package, one for each kind. Thread-safe; no call changes the calling thread's namespaces or
 * identity.
 */
public final class LinuxSystemCalls implements LinuxFiles, LinuxMounts, LinuxSockets, LinuxProcesses {
    /** {@code union bpf_attr} of BPF_PROG_LOAD, as far as it goes to {@code expected_attach_type} (include/uapi/linux/bpf.h). */
    @Override
    public Fd loadDeviceProgram(byte[] instructions) {
        byte[] licence = "Apache-2.0\0".getBytes(StandardCharsets.US_ASCII);
        try (Memory program = new Memory(instructions.length);
                Memory name = new Memory(licence.length);
                Memory attributes = new Memory(72)) {
            program.write(0, instructions, 0, instructions.length);
            name.write(0, licence, 0, licence.length);
            attributes.clear();
            attributes.setInt(0, BPF_PROG_TYPE_CGROUP_DEVICE);
            attributes.setInt(4, instructions.length / 8);
            attributes.setPointer(8, program);
            attributes.setPointer(16, name);
            return Call.open("bpf(BPF_PROG_LOAD)", "devices", () -> LibC.syscall(SYS_BPF, BPF_PROG_LOAD, attributes, 72));
        }
    }

    @Override
    public void attachDeviceProgram(Fd group, Fd program) {
        try (Memory attributes = new Memory(16)) {
            attributes.setInt(0, group.number());
            attributes.setInt(4, program.number());
            attributes.setInt(8, BPF_CGROUP_DEVICE);
            attributes.setInt(12, 0);
            Call.make("bpf(BPF_PROG_ATTACH)", group, () -> LibC.syscall(SYS_BPF, BPF_PROG_ATTACH, attributes, 16));
        }
    }

    @Override
    public void ask(Known call) {
        switch (call) {
            // no arguments, of no size
            case CLONE3 -> expect(Errno.EINVAL, "clone3", () -> LibC.syscall(SYS_CLONE3, null, 0L));
            // from no folder to no folder
            case MOVE_MOUNT -> expect(Errno.EBADF, "move_mount", () -> LibC.syscall(SYS_MOVE_MOUNT, -1, "", -1, "", 0));
            case SECCOMP_ERRNO -> Call.make("seccomp", "SECCOMP_RET_ERRNO", () -> LibC.syscall(
                    SYS_SECCOMP, SECCOMP_GET_ACTION_AVAIL, 0, Call.structure(4).putInt(SECCOMP_RET_ERRNO).array()));
        }
    }

    /** A kernel that knows the call looks at its arguments, which are wrong. */
    private static void expect(int errno, String name, LongSupplier body) {
        try {
            Call.make(name, "", body);
        } catch (SyscallFailure e) {
            if (e.errno() != errno && e.errno() != Errno.ENOENT) {
                throw e;
            }
        }
    }
}
