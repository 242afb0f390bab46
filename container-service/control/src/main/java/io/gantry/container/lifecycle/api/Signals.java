package io.gantry.container.lifecycle.api;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.problem.Refusal;
import io.gantry.kit.problem.Refused;
import java.util.List;
import java.util.Locale;

/** Signals by name or number (signal(7), the numbers of x86 and ARM). */
final class Signals {
    private static final List<String> BY_NUMBER = List.of(
            "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM",
            "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR",
            "SYS");

    private Signals() {}

    /** {@code SIGHUP} for {@code HUP}, {@code sighup} or {@code 1}; {@code SIGKILL} for {@code null}. */
    static String named(String given) {
        if (given == null || given.isEmpty()) {
            return "SIGKILL";
        }
        String name = given.toUpperCase(Locale.ROOT);
        if (name.matches("\\d{1,2}") && Integer.parseInt(name) > 0 && Integer.parseInt(name) < BY_NUMBER.size()) {
            return "SIG" + BY_NUMBER.get(Integer.parseInt(name));
        }
        String bare = name.startsWith("SIG") ? name.substring(3) : name;
        if (bare.isEmpty() || !BY_NUMBER.contains(bare)) {
            throw new Refused(
                    new Refusal(ProblemType.INVALID_FIELD, "'" + given + "' is not a signal", "signal", "write for example SIGHUP or 1"));
        }
        return "SIG" + bare;
    }
}
