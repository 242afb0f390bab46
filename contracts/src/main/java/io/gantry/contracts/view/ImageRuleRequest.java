package io.gantry.contracts.view;

import io.gantry.contracts.api.Always;
import io.gantry.contracts.problem.BadField;
import java.util.regex.Pattern;

/** A rule for which images may be used. @param name lower case letters, digits and - between them, at most 63 */
public record ImageRuleRequest(@Always String name, @Always ImageRuleSpec spec) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");

    public ImageRuleRequest {
        if (name == null || !NAME.matcher(name).matches()) {
            throw new BadField("name", "'" + name + "' is no name for a rule", "lower case letters, digits and - between them, at most 63");
        }
        if (spec == null) {
            throw new BadField("spec", "spec is missing", "write {\"repositories\": [\"shop/*\"], \"budgets\": {\"notRoot\": true}}");
        }
    }
}
