package io.gantry.contracts.view;

import io.gantry.contracts.api.Always;
import io.gantry.contracts.id.ContainerId;
import java.time.Instant;
import java.util.List;

/**
 * How far a running container is apart from its host, read off the kernel and not off what was asked for.
 *
 * @param processes so many were looked at; each finding is that of the weakest of them
 * @param grade the worst of the findings'
 * @param shared what every container of this kind shares with its host, for people
 * @param drift where the kernel has it otherwise than it was asked for: somebody changed it by hand
 */
public record IsolationView(@Always ContainerId container, @Always String name, @Always Instant at, int processes, @Always Grade grade, @Always List<Finding> findings, @Always List<String> shared, @Always List<Drift> drift) {
    public IsolationView {
        // agents from before looked for none
        drift = drift == null ? List.of() : List.copyOf(drift);
    }

    /** From all in place to root inside being root outside. */
    public enum Grade {
        /** All that is usual holds. */
        A,
        /** Something is open that was asked for and leads to nothing of the host's by itself. */
        B,
        /** One line of defence is missing, others hold. */
        C,
        /** Something of the host's, or of all its containers', is within reach. */
        D,
        /** Whoever is root inside is root outside. */
        F
    }

    /**
     * @param protection {@code user-namespace}, {@code masked-paths}, …
     * @param found as it is
     * @param why what it is good for
     */
    public record Finding(String protection, Grade grade, String found, String why) {}

    /** @param what {@code limit pids.max}, {@code mount /data}, {@code network} and the like */
    public record Drift(String what, String asked, String found) {}
}
