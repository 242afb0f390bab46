package io.gantry.kernel.seccomp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Classic BPF instructions (linux/filter.h, Documentation/networking/filter.rst) over {@code struct seccomp_data}.
 *
 * @param code what it does
 * @param jumpTrue instructions to skip when a comparison holds, 0 to 255; {@code jumpFalse} when it doesn't
 * @param value operand
 */
public record Bpf(int code, int jumpTrue, int jumpFalse, int value) {
    // BPF_LD|BPF_W|BPF_ABS, BPF_JMP|BPF_JEQ|BPF_K, …JGE…, …JGT…, …JA, BPF_ALU|BPF_AND|BPF_K, BPF_RET|BPF_K
    static final int LOAD = 0x20;
    static final int EQUAL = 0x15;
    static final int AT_LEAST = 0x35;
    static final int ABOVE = 0x25;
    static final int JUMP = 0x05;
    static final int AND = 0x54;
    static final int RETURN = 0x06;

    // struct seccomp_data
    static final int NUMBER = 0;
    static final int ARCHITECTURE = 4;
    static final int FIRST_ARGUMENT = 16;

    public Bpf {
        if (jumpTrue < 0 || jumpTrue > 255 || jumpFalse < 0 || jumpFalse > 255) {
            throw new IllegalArgumentException("a conditional jump skips 0 to 255 instructions");
        }
    }

    static Bpf load(int offset) {
        return new Bpf(LOAD, 0, 0, offset);
    }

    static Bpf ifEqual(int value, int jumpTrue, int jumpFalse) {
        return new Bpf(EQUAL, jumpTrue, jumpFalse, value);
    }

    static Bpf ifAtLeast(int value, int jumpTrue, int jumpFalse) {
        return new Bpf(AT_LEAST, jumpTrue, jumpFalse, value);
    }

    static Bpf ifAbove(int value, int jumpTrue, int jumpFalse) {
        return new Bpf(ABOVE, jumpTrue, jumpFalse, value);
    }

    static Bpf jump(int skip) {
        return new Bpf(JUMP, 0, 0, skip);
    }

    static Bpf and(int mask) {
        return new Bpf(AND, 0, 0, mask);
    }

    static Bpf answer(int action) {
        return new Bpf(RETURN, 0, 0, action);
    }

    /** As the kernel takes them: {@code struct sock_filter}, 8 bytes each. */
    static byte[] encode(List<Bpf> program) {
        ByteBuffer out = ByteBuffer.allocate(8 * program.size()).order(ByteOrder.LITTLE_ENDIAN);
        for (Bpf each : program) {
            out.putShort((short) each.code).put((byte) each.jumpTrue).put((byte) each.jumpFalse).putInt(each.value);
        }
        return out.array();
    }
}
