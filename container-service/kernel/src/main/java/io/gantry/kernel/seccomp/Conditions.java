package io.gantry.kernel.seccomp;

import io.gantry.contracts.unit.SeccompProfile.Argument;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** Comparisons of arguments, which have 64 bits, on a machine of 32: the high half first, the low half where the high ones are equal. */
final class Conditions {
    private static final int WORD = 4;
    private static final int BITS = 32;

    private Conditions() {}

    /** Answers if all hold; otherwise goes on behind itself. */
    static List<Bpf> block(List<Argument> conditions, Bpf answer) {
        List<Bpf> code = new ArrayList<>(List.of(answer));
        for (Argument each : conditions.reversed()) {
            List<Bpf> longer = new ArrayList<>(comparison(each, code.size()));
            longer.addAll(code);
            code = longer;
        }
        return code;
    }

    /** Goes on behind itself if it holds, else past the {@code rest} of the block. */
    private static List<Bpf> comparison(Argument argument, int rest) {
        int high = (int) argument.value().shiftRight(BITS).longValue();
        int low = (int) argument.value().longValue();
        Bpf loadLow = Bpf.load(Bpf.FIRST_ARGUMENT + 8 * argument.index());
        Bpf loadHigh = Bpf.load(Bpf.FIRST_ARGUMENT + 8 * argument.index() + WORD);
        return switch (argument.op()) {
            case EQ -> List.of(loadHigh, Bpf.ifEqual(high, 0, 2 + rest), loadLow, Bpf.ifEqual(low, 0, rest));
            case NE -> List.of(loadHigh, Bpf.ifEqual(high, 0, 2), loadLow, Bpf.ifEqual(low, rest, 0));
            case GT -> ordered(loadHigh, high, loadLow, Bpf.ifAbove(low, 0, rest), 2, 2 + rest);
            case GE -> ordered(loadHigh, high, loadLow, Bpf.ifAtLeast(low, 0, rest), 2, 2 + rest);
            case LT -> ordered(loadHigh, high, loadLow, Bpf.ifAtLeast(low, rest, 0), 2 + rest, 2);
            case LE -> ordered(loadHigh, high, loadLow, Bpf.ifAbove(low, rest, 0), 2 + rest, 2);
            case MASKED_EQ -> masked(loadHigh, loadLow, high, low, argument.valueTwo(), rest);
        };
    }

    /** @param above where to when the high half is above, seen from behind its second comparison; {@code below} likewise */
    private static List<Bpf> ordered(Bpf loadHigh, int high, Bpf loadLow, Bpf lastWord, int above, int below) {
        return List.of(loadHigh, Bpf.ifAbove(high, above + 1, 0), Bpf.ifEqual(high, 0, below), loadLow, lastWord);
    }

    private static List<Bpf> masked(Bpf loadHigh, Bpf loadLow, int highMask, int lowMask, BigInteger wanted, int rest) {
        return List.of(
                loadHigh, Bpf.and(highMask), Bpf.ifEqual((int) wanted.shiftRight(BITS).longValue(), 0, 3 + rest),
                loadLow, Bpf.and(lowMask), Bpf.ifEqual((int) wanted.longValue(), 0, rest));
    }
}
