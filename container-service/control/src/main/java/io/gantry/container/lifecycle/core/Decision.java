package io.gantry.container.lifecycle.core;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.problem.Refusal;
import java.util.List;

/** The answer to a command: what becomes true (perhaps nothing), or an expected no. */
public sealed interface Decision {
    record Accepted(List<ContainerChange> changes) implements Decision {
        public Accepted {
            changes = List.copyOf(changes);
        }
    }

    record Refused(Refusal refusal) implements Decision {}

    static Decision accept(ContainerChange... changes) {
        return new Accepted(List.of(changes));
    }

    static Decision refuse(ProblemType type, String detail, String hint) {
        return new Refused(Refusal.of(type, detail, hint));
    }
}
