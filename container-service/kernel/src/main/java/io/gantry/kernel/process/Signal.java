package io.gantry.kernel.process;

import java.util.Locale;
import java.util.Optional;

/** Signals by name, signal(7); the numbers are x86-64's. */
public enum Signal {
    SIGHUP(1), SIGINT(2), SIGQUIT(3), SIGILL(4), SIGTRAP(5), SIGABRT(6), SIGBUS(7), SIGFPE(8), SIGKILL(9), SIGUSR1(10),
    SIGSEGV(11), SIGUSR2(12), SIGPIPE(13), SIGALRM(14), SIGTERM(15), SIGSTKFLT(16), SIGCHLD(17), SIGCONT(18), SIGSTOP(19),
    SIGTSTP(20), SIGTTIN(21), SIGTTOU(22), SIGURG(23), SIGXCPU(24), SIGXFSZ(25), SIGVTALRM(26), SIGPROF(27), SIGWINCH(28),
    SIGIO(29), SIGPWR(30), SIGSYS(31);

    private final int number;

    Signal(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    /** Reads {@code SIGTERM}, {@code TERM}, {@code 15} or {@code SIGRTMIN+3} into the number. */
    public static Optional<Integer> parse(String text) {
        String name = text.strip().toUpperCase(Locale.ROOT);
        if (name.matches("\\d{1,2}")) {
            int number = Integer.parseInt(name);
            return number >= 1 && number <= 64 ? Optional.of(number) : Optional.empty();
        }
        String full = name.startsWith("SIG") ? name : "SIG" + name;
        if (full.matches("SIGRTMIN\\+\\d{1,2}")) {
            int number = 34 + Integer.parseInt(full.substring(9));
            return number <= 64 ? Optional.of(number) : Optional.empty();
        }
        for (Signal each : values()) {
            if (each.name().equals(full)) {
                return Optional.of(each.number);
            }
        }
        return Optional.empty();
    }
}
