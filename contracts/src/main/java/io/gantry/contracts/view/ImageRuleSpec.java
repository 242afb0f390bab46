package io.gantry.contracts.view;

import io.gantry.contracts.api.Always;
import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.spec.ImageRuleMode;
import io.gantry.contracts.unit.RepositoryPattern;
import java.util.List;
import java.util.Objects;

/**
 * Which images may be used.
 *
 * @param mode {@code ENFORCE} unless said
 * @param repositories whose images it is for: {@code shop/*}, or {@code **} for all; at most 16
 * @param budgets at least one
 */
public record ImageRuleSpec(@Always ImageRuleMode mode, @Always List<RepositoryPattern> repositories, @Always ImageBudgets budgets) {
    private static final int MOST_PATTERNS = 16;
    private static final String BUDGETS = "write for example {\"mostBytes\": 524288000, \"notRoot\": true}";

    public ImageRuleSpec {
        mode = mode == null ? ImageRuleMode.ENFORCE : mode;
        if (repositories == null || repositories.isEmpty() || repositories.size() > MOST_PATTERNS || repositories.stream().anyMatch(Objects::isNull)) {
            throw new BadField("repositories", "repositories has " + (repositories == null ? "no" : repositories.size()) + " patterns", "1 to " + MOST_PATTERNS + ", for example [\"shop/*\"], or [\"**\"] for all");
        }
        repositories = List.copyOf(repositories);
        if (budgets == null) {
            throw new BadField("budgets", "budgets is missing", BUDGETS);
        }
    }

    /** @param place of the budgets in what was sent. @throws BadField if none is said */
    public void requireBudget(String place) {
        if (budgets.empty()) {
            throw new BadField(place, "budgets limits nothing", BUDGETS);
        }
    }

    public boolean isFor(String repository) {
        return repositories.stream().anyMatch(pattern -> pattern.matches(repository));
    }
}
