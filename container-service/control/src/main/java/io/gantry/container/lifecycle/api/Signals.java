package io.gantry.container.lifecycle.api;

import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.unit.SignalName;

/** The signal that somebody sends. */
final class Signals {
    private Signals() {}

    /** {@code null} if nothing is said. */
    static String ifNamed(String given) {
        return given == null || given.isEmpty() ? null : named(given);
    }

    /** {@code SIGHUP} for {@code HUP}, {@code sighup} or {@code 1}; {@code SIGKILL} for {@code null}. */
    static String named(String given) {
        if (given == null || given.isEmpty()) {
            return "SIGKILL";
        }
        return SignalName.parse(given)
                .orElseThrow(() -> new BadField("signal", "'" + given + "' is not a signal", "write for example SIGHUP or 1"))
                .value();
    }
}
