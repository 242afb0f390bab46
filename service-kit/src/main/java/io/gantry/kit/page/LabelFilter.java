package io.gantry.kit.page;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.problem.Refusal;
import io.gantry.kit.problem.Refused;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Labels as a query asks for them. */
public final class LabelFilter {
    private LabelFilter() {}

    /** @param given each {@code key=value} */
    public static Map<String, String> of(List<String> given) {
        Map<String, String> labels = new HashMap<>();
        for (String label : given) {
            int equals = label.indexOf('=');
            if (equals < 1) {
                throw new Refused(
                        new Refusal(ProblemType.INVALID_FIELD, "'" + label + "' is not a label", "label", "write label=key=value"));
            }
            labels.put(label.substring(0, equals), label.substring(equals + 1));
        }
        return labels;
    }
}
