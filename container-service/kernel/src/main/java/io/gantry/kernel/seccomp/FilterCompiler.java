package io.gantry.kernel.seccomp;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Makes a filter of verdicts: neighbouring numbers with the same verdict become one range, and a binary search finds the range,
 * so that a call costs about eight comparisons instead of three hundred.
 */
public final class FilterCompiler {
    private static final int X86_64 = 0xc000003e; // AUDIT_ARCH_X86_64
    private static final int X32_BIT = 0x40000000; // __X32_SYSCALL_BIT
    private static final int ENOSYS = 38;

    private FilterCompiler() {}

    /**
     * @param verdicts by call number
     * @param other for numbers in between, up to the highest {@code known}; above it the answer is ENOSYS
     */
    static List<Bpf> compile(Map<Integer, Verdict> verdicts, Verdict other, int known) {
        List<Bpf> program = new ArrayList<>();
        program.add(Bpf.load(Bpf.ARCHITECTURE));
        program.add(Bpf.ifEqual(X86_64, 1, 0));
        program.add(answer(Verdict.errno(ENOSYS)));
        program.add(Bpf.load(Bpf.NUMBER));
        NavigableMap<Integer, Verdict> ranges = new TreeMap<>();
        Verdict last = null;
        for (int number = 0; number <= known; number++) {
            Verdict verdict = verdicts.getOrDefault(number, other);
            if (!verdict.equals(last)) {
                ranges.put(number, verdict);
            }
            last = verdict;
        }
        ranges.put(known + 1, Verdict.errno(ENOSYS)); // also every x32 number: they have X32_BIT set
        if (known >= X32_BIT) {
            throw new IllegalArgumentException("numbers are below " + X32_BIT);
        }
        program.addAll(search(new ArrayList<>(ranges.entrySet())));
        return program;
    }

    private static List<Bpf> search(List<Map.Entry<Integer, Verdict>> ranges) {
        if (ranges.size() == 1) {
            return leaf(ranges.getFirst().getValue());
        }
        int middle = ranges.size() / 2;
        List<Bpf> below = search(ranges.subList(0, middle));
        List<Bpf> above = search(ranges.subList(middle, ranges.size()));
        List<Bpf> code = new ArrayList<>();
        int split = ranges.get(middle).getKey();
        if (below.size() <= 255) {
            code.add(Bpf.ifAtLeast(split, below.size(), 0));
        } else {
            code.add(Bpf.ifAtLeast(split, 0, 1));
            code.add(Bpf.jump(below.size()));
        }
        code.addAll(below);
        code.addAll(above);
        return code;
    }

    private static List<Bpf> leaf(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Answer _ -> List.of(answer(verdict));
            case Verdict.IfArgument(var index, var mask, var values, var errno) ->
                    compare(index, mask, values, Verdict.ALLOW, Verdict.errno(errno));
            case Verdict.UnlessArgument(var index, var mask, var values, var errno) ->
                    compare(index, mask, values, Verdict.errno(errno), Verdict.ALLOW);
            case Verdict.Cases(var cases, var otherwise) -> cases(cases, otherwise);
        };
    }

    private static List<Bpf> compare(int index, int mask, List<Integer> values, Verdict equal, Verdict different) {
        List<Bpf> code = new ArrayList<>();
        code.add(Bpf.load(Bpf.FIRST_ARGUMENT + 8 * index));
        code.add(Bpf.and(mask));
        for (int i = 0; i < values.size(); i++) {
            code.add(Bpf.ifEqual(values.get(i), values.size() - i, 0));
        }
        code.add(answer(different));
        code.add(answer(equal));
        return code;
    }

    private static List<Bpf> cases(List<Verdict.Case> cases, Verdict.Answer otherwise) {
        List<Bpf> code = new ArrayList<>();
        cases.forEach(each -> code.addAll(Conditions.block(each.conditions(), answer(each.answer()))));
        code.add(answer(otherwise));
        return code;
    }

    private static Bpf answer(Verdict verdict) {
        return Bpf.answer(((Verdict.Answer) verdict).action());
    }
}
