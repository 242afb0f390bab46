package io.gantry.contracts.spec;

import io.gantry.contracts.unit.RepositoryPattern;
import java.util.List;

/**
 * What must be known of a rule for images to know whether a verdict by it is there.
 *
 * @param version counts all changes of all rules; verdicts by another version are of no use
 */
public record RuleInForce(String name, long version, ImageRuleMode mode, List<RepositoryPattern> repositories) {
    public RuleInForce {
        repositories = List.copyOf(repositories);
    }

    public boolean isFor(String repository) {
        return repositories.stream().anyMatch(pattern -> pattern.matches(repository));
    }
}
