package io.gantry.kernel.cgroup;

import io.gantry.kernel.mount.DeviceFolder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The devices that containers may open, as instructions for the kernel's BPF machine: v2 has no device lists. The program is asked about each
 * device that is opened or made ({@code struct bpf_cgroup_dev_ctx}) and answers 1 for yes. Pure.
 */
public final class DeviceProgram {
    private static final int TERMINAL_MULTIPLEXER_MAJOR = 5;
    private static final int TERMINAL_MULTIPLEXER_MINOR = 2;
    private static final int PSEUDO_TERMINALS = 136;

    /** BPF_DEVCG_DEV_CHAR, in the lower half of {@code access_type}. */
    private static final int CHARACTER_DEVICE = 2;

    // linux/bpf_common.h and bpf.h: class, size or source, mode or operation
    private static final int LOAD_WORD = 0x61;
    private static final int AND = 0x57;
    private static final int JUMP_UNLESS_EQUAL = 0x55;
    private static final int MOVE = 0xb7;
    private static final int EXIT = 0x95;
    private static final int INSTRUCTION = 8;

    private record Instruction(int code, int to, int from, int offset, int value) {}

    private DeviceProgram() {}

    /** No device but those that {@code /dev} of every container has, and pseudo-terminals. */
    public static byte[] usual() {
        List<Instruction> allowed = new ArrayList<>();
        for (DeviceFolder.Device device : DeviceFolder.DEVICES) {
            allow(allowed, device.major(), device.minor());
        }
        allow(allowed, TERMINAL_MULTIPLEXER_MAJOR, TERMINAL_MULTIPLEXER_MINOR);
        allowed.add(new Instruction(JUMP_UNLESS_EQUAL, 3, 0, 2, PSEUDO_TERMINALS));
        answer(allowed, 1);
        List<Instruction> all = new ArrayList<>();
        all.add(new Instruction(LOAD_WORD, 2, 1, 0, 0));
        all.add(new Instruction(AND, 2, 0, 0, 0xffff));
        all.add(new Instruction(LOAD_WORD, 3, 1, 4, 0));
        all.add(new Instruction(LOAD_WORD, 4, 1, 8, 0));
        all.add(new Instruction(JUMP_UNLESS_EQUAL, 2, 0, allowed.size(), CHARACTER_DEVICE));
        all.addAll(allowed);
        answer(all, 0);
        return encode(all);
    }

    private static void allow(List<Instruction> program, int major, int minor) {
        program.add(new Instruction(JUMP_UNLESS_EQUAL, 3, 0, 3, major));
        program.add(new Instruction(JUMP_UNLESS_EQUAL, 4, 0, 2, minor));
        answer(program, 1);
    }

    private static void answer(List<Instruction> program, int yes) {
        program.add(new Instruction(MOVE, 0, 0, 0, yes));
        program.add(new Instruction(EXIT, 0, 0, 0, 0));
    }

    private static byte[] encode(List<Instruction> program) {
        ByteBuffer bytes = ByteBuffer.allocate(program.size() * INSTRUCTION).order(ByteOrder.nativeOrder());
        for (Instruction one : program) {
            bytes.put((byte) one.code).put((byte) (one.from << 4 | one.to)).putShort((short) one.offset).putInt(one.value);
        }
        return bytes.array();
    }
}
