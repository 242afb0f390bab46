package io.gantry.contracts.unit;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** A signal as {@code SIGHUP} or {@code SIGRTMIN+3} (signal(7); the numbers are those of x86 and ARM). */
public record SignalName(@JsonValue String value) {
    private static final List<String> BY_NUMBER = List.of(
            "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM",
            "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR",
            "SYS");

    /** 34 to 64 for programs; the two below are glibc's own. */
    private static final Pattern REAL_TIME = Pattern.compile("RTMIN\\+([0-9]|[12][0-9]|30)");

    private static final int FIRST_REAL_TIME = 34;

    /** Reads {@code SIGHUP}, {@code hup} or {@code 1}; empty for what is no signal. */
    public static Optional<SignalName> parse(String text) {
        String name = text.strip().toUpperCase(Locale.ROOT);
        if (name.matches("\\d{1,2}")) {
            return ofNumber(Integer.parseInt(name));
        }
        String bare = name.startsWith("SIG") ? name.substring(3) : name;
        boolean known = !bare.isEmpty() && BY_NUMBER.contains(bare) || REAL_TIME.matcher(bare).matches();
        return known ? Optional.of(new SignalName("SIG" + bare)) : Optional.empty();
    }

    private static Optional<SignalName> ofNumber(int number) {
        if (number > 0 && number < BY_NUMBER.size()) {
            return Optional.of(new SignalName("SIG" + BY_NUMBER.get(number)));
        }
        return number >= FIRST_REAL_TIME && number <= 64 ? Optional.of(new SignalName("SIGRTMIN+" + (number - FIRST_REAL_TIME))) : Optional.empty();
    }

    /** As the kernel counts, on x86-64. */
    public int number() {
        String bare = value.substring(3);
        return bare.startsWith("RTMIN+") ? FIRST_REAL_TIME + Integer.parseInt(bare.substring(6)) : BY_NUMBER.indexOf(bare);
    }

    @Override
    public String toString() {
        return value;
    }
}
