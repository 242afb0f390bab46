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
    private static final int BLOCK_DEVICE = 1;

    // linux/bpf_common.h and bpf.h: class, size or source, mode or operation
    private static final int LOAD_WORD = 0x61;
    private static final int AND = 0x57;
    private static final int JUMP_UNLESS_EQUAL = 0x55;
    private static final int JUMP_IF_EQUAL = 0x15;
    private static final int SHIFT_RIGHT = 0x77;
    private static final int COPY = 0xbf;
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

    /** BPF_DEVCG_ACC_*, in the upper half of {@code access_type}. */
    private static final int ALL_ACCESS = 7;

    /**
     * Of a list in which the later counts more.
     *
     * @param type {@code c}, {@code b}, or {@code a} for both
     * @param major -1 for all, and so {@code minor}
     * @param access of {@code rwm}
     */
    public record Rule(boolean allow, char type, long major, long minor, String access) {
        private boolean fitsAll() {
            return type == 'a' && major < 0 && minor < 0 && mask() == ALL_ACCESS;
        }

        private int mask() {
            return (access.contains("m") ? 1 : 0) | (access.contains("r") ? 2 : 0) | (access.contains("w") ? 4 : 0);
        }
    }

    /** What no rule is about is refused. A rule that allows must hold all that is wanted, one that denies some of it. */
    public static byte[] of(List<Rule> rules) {
        List<Instruction> all = new ArrayList<>();
        all.add(new Instruction(LOAD_WORD, 2, 1, 0, 0));
        all.add(new Instruction(LOAD_WORD, 3, 1, 4, 0));
        all.add(new Instruction(LOAD_WORD, 4, 1, 8, 0));
        all.add(new Instruction(COPY, 5, 2, 0, 0));
        all.add(new Instruction(SHIFT_RIGHT, 5, 0, 0, 16));
        all.add(new Instruction(AND, 2, 0, 0, 0xffff));
        for (Rule rule : rules.reversed()) {
            all.addAll(decide(rule));
            if (rule.fitsAll()) {
                return encode(all); // the kernel takes no program with instructions that are never reached
            }
        }
        answer(all, 0);
        return encode(all);
    }

    /** Goes on behind its end where it doesn't fit. */
    private static List<Instruction> decide(Rule rule) {
        List<Instruction> tests = new ArrayList<>();
        if (rule.type != 'a') {
            tests.add(new Instruction(JUMP_UNLESS_EQUAL, 2, 0, 0, rule.type == 'c' ? CHARACTER_DEVICE : BLOCK_DEVICE));
        }
        if (rule.major >= 0) {
            tests.add(new Instruction(JUMP_UNLESS_EQUAL, 3, 0, 0, (int) rule.major));
        }
        if (rule.minor >= 0) {
            tests.add(new Instruction(JUMP_UNLESS_EQUAL, 4, 0, 0, (int) rule.minor));
        }
        if (rule.mask() != ALL_ACCESS) {
            tests.add(new Instruction(COPY, 0, 5, 0, 0));
            tests.add(new Instruction(AND, 0, 0, 0, rule.allow ? ALL_ACCESS & ~rule.mask() : rule.mask()));
            tests.add(new Instruction(rule.allow ? JUMP_UNLESS_EQUAL : JUMP_IF_EQUAL, 0, 0, 0, 0));
        }
        List<Instruction> all = new ArrayList<>();
        int end = tests.size() + 2;
        for (Instruction test : tests) {
            boolean jumps = test.code == JUMP_UNLESS_EQUAL || test.code == JUMP_IF_EQUAL;
            all.add(jumps ? new Instruction(test.code, test.to, test.from, end - all.size() - 1, test.value) : test);
        }
        answer(all, rule.allow ? 1 : 0);
        return all;
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
