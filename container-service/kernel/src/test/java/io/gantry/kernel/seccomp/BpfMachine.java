package io.gantry.kernel.seccomp;

import java.util.List;

/** A BPF machine as small as the instructions used, in the words of Documentation/networking/filter.rst. */
final class BpfMachine {
    private BpfMachine() {}

    /** What the program answers. */
    static int run(List<Bpf> program, int architecture, int number, long... arguments) {
        int accumulator = 0;
        for (int at = 0; ; at++) {
            Bpf each = program.get(at);
            switch (each.code()) {
                case Bpf.LOAD -> accumulator = switch (each.value()) {
                    case Bpf.NUMBER -> number;
                    case Bpf.ARCHITECTURE -> architecture;
                    default -> word(arguments, each.value() - Bpf.FIRST_ARGUMENT);
                };
                case Bpf.AND -> accumulator &= each.value();
                case Bpf.JUMP -> at += each.value();
                case Bpf.EQUAL -> at += accumulator == each.value() ? each.jumpTrue() : each.jumpFalse();
                case Bpf.AT_LEAST -> at += Integer.compareUnsigned(accumulator, each.value()) >= 0 ? each.jumpTrue() : each.jumpFalse();
                case Bpf.ABOVE -> at += Integer.compareUnsigned(accumulator, each.value()) > 0 ? each.jumpTrue() : each.jumpFalse();
                case Bpf.RETURN -> {
                    return each.value();
                }
                default -> throw new AssertionError("unknown instruction " + each);
            }
        }
    }

    private static int word(long[] arguments, int offset) {
        long argument = arguments[offset / 8];
        return (int) (offset % 8 == 0 ? argument : argument >>> 32);
    }
}
