package io.gantry.kernel.cgroup;

import java.util.BitSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Cores by their numbers, as {@code cpuset(7)} lists them: {@code 0-2,5}. */
public record CoreSet(List<Integer> cores) {
    public static final CoreSet EMPTY = new CoreSet(List.of());

    public CoreSet {
        cores = cores.stream().sorted().distinct().toList();
    }

    /** @param list well-formed, as the kernel writes it; {@code ""} is none */
    public static CoreSet parse(String list) {
        BitSet found = new BitSet();
        for (String part : list.strip().split(",")) {
            if (!part.isEmpty()) {
                String[] ends = part.split("-");
                found.set(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]) + 1);
            }
        }
        return of(found);
    }

    private static CoreSet of(BitSet cores) {
        return new CoreSet(cores.stream().boxed().toList());
    }

    private BitSet bits() {
        BitSet bits = new BitSet();
        cores.forEach(bits::set);
        return bits;
    }

    public CoreSet plus(CoreSet others) {
        BitSet all = bits();
        all.or(others.bits());
        return of(all);
    }

    public CoreSet without(CoreSet others) {
        BitSet rest = bits();
        rest.andNot(others.bits());
        return of(rest);
    }

    public int size() {
        return cores.size();
    }

    public boolean isEmpty() {
        return cores.isEmpty();
    }

    /** As the kernel takes it. */
    public String list() {
        BitSet bits = bits();
        return IntStream.iterate(bits.nextSetBit(0), first -> first >= 0, first -> bits.nextSetBit(bits.nextClearBit(first)))
                .mapToObj(first -> range(first, bits.nextClearBit(first) - 1))
                .collect(Collectors.joining(","));
    }

    private static String range(int first, int last) {
        return first == last ? Integer.toString(first) : first + "-" + last;
    }
}
