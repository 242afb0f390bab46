package io.gantry.kernel.seccomp;

import io.gantry.contracts.unit.Capability;
import io.gantry.contracts.unit.SeccompProfile;
import io.gantry.contracts.unit.SeccompProfile.Action;
import io.gantry.contracts.unit.SeccompProfile.Argument;
import io.gantry.contracts.unit.SeccompProfile.Rule;
import io.gantry.contracts.unit.SeccompProfile.When;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Makes a filter of a person's profile. Rules of one call are asked in their order; what this machine has no name for is left out, as
 * libseccomp does; calls that came to the kernel after our table get ENOSYS, so that C libraries fall back.
 */
public final class ProfileCompiler {
    private static final String ARCHITECTURE = "amd64";
    /** The kernel's BPF_MAXINSNS. */
    private static final int LONGEST = 4096;

    private ProfileCompiler() {}

    /**
     * @param held the container's capabilities
     * @param kernel the release: {@code 6.18.0-generic}
     * @throws IllegalArgumentException if the profile makes a filter that is longer than the kernel takes
     */
    public static byte[] compile(SeccompProfile profile, Set<Capability> held, String kernel) {
        List<Bpf> program = program(profile, held, kernel);
        if (program.size() > LONGEST) {
            throw new IllegalArgumentException(
                    "the seccomp profile makes a filter of " + program.size() + " instructions, and the kernel takes " + LONGEST);
        }
        return Bpf.encode(program);
    }

    static List<Bpf> program(SeccompProfile profile, Set<Capability> held, String kernel) {
        CallTable table = new CallTable();
        Verdict.Answer otherwise = answer(profile.defaultAction(), profile.defaultErrnoRet());
        Map<Integer, List<Verdict.Case>> cases = new TreeMap<>();
        for (Rule rule : profile.syscalls()) {
            if (counts(rule, held, kernel)) {
                List<Verdict.Case> own = cases(rule, profile.defaultErrnoRet());
                rule.names().forEach(name -> table.find(name).ifPresent(number -> cases.computeIfAbsent(number, _ -> new ArrayList<>()).addAll(own)));
            }
        }
        Map<Integer, Verdict> verdicts = new TreeMap<>();
        cases.forEach((number, all) -> verdicts.put(number, verdict(all, otherwise)));
        return FilterCompiler.compile(verdicts, otherwise, table.highest());
    }

    private static Verdict verdict(List<Verdict.Case> cases, Verdict.Answer otherwise) {
        Verdict.Case first = cases.getFirst();
        return first.conditions().isEmpty() ? first.answer() : new Verdict.Cases(List.copyOf(cases), otherwise);
    }

    private static List<Verdict.Case> cases(Rule rule, int usualErrno) {
        Verdict.Answer answer = answer(rule.action(), rule.errnoRet() == null ? usualErrno : rule.errnoRet());
        Set<Integer> seen = new HashSet<>();
        boolean twice = rule.args().stream().map(Argument::index).anyMatch(index -> !seen.add(index));
        return twice
                ? rule.args().stream().map(one -> new Verdict.Case(List.of(one), answer)).toList()
                : List.of(new Verdict.Case(rule.args(), answer));
    }

    private static Verdict.Answer answer(Action action, int errno) {
        // linux/seccomp.h, SECCOMP_RET_…
        return new Verdict.Answer(switch (action) {
            case ALLOW -> 0x7fff0000;
            case LOG -> 0x7ffc0000;
            case ERRNO -> 0x00050000 | errno;
            case TRAP -> 0x00030000;
            case KILL, KILL_THREAD -> 0x00000000;
            case KILL_PROCESS -> 0x80000000;
        });
    }

    private static boolean counts(Rule rule, Set<Capability> held, String kernel) {
        return includes(rule.includes(), held, kernel) && !excludes(rule.excludes(), held, kernel);
    }

    private static boolean includes(When when, Set<Capability> held, String kernel) {
        return when.caps().stream().allMatch(name -> has(held, name))
                && (when.arches().isEmpty() || when.arches().contains(ARCHITECTURE))
                && (unsaid(when.minKernel()) || atLeast(kernel, when.minKernel()));
    }

    private static boolean excludes(When when, Set<Capability> held, String kernel) {
        return when.caps().stream().anyMatch(name -> has(held, name))
                || when.arches().contains(ARCHITECTURE)
                || !unsaid(when.minKernel()) && atLeast(kernel, when.minKernel());
    }

    private static boolean has(Set<Capability> held, String name) {
        return Capability.parse(name).filter(held::contains).isPresent();
    }

    private static boolean unsaid(String version) {
        return version == null || version.isEmpty();
    }

    private static boolean atLeast(String kernel, String wanted) {
        String[] is = kernel.split("[^0-9]+", 3);
        String[] least = wanted.split("\\.");
        int major = Integer.compare(Integer.parseInt(is[0]), Integer.parseInt(least[0]));
        return major > 0 || major == 0 && Integer.parseInt(is[1]) >= Integer.parseInt(least[1]);
    }
}
