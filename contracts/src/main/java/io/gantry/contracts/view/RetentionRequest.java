package io.gantry.contracts.view;

import io.gantry.contracts.api.Always;
import io.gantry.contracts.problem.BadField;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Which tags of some repositories stay. A tag goes when none of these keeps it, nor any other rule for its repository, and nobody uses what it points to.
 *
 * @param name of the rule
 * @param repositories a pattern: {@code shop/*}; two stars take slashes, too
 * @param keepLast of each repository so many tags that moved last, 0 to 100,000; {@code null} for none
 * @param keepYounger tags that moved within that time; {@code null} for none
 * @param keepTags patterns: {@code v*}
 */
public record RetentionRequest(@Always String name, @Always String repositories, Integer keepLast, Duration keepYounger, List<String> keepTags) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");
    private static final int MOST = 100_000;
    private static final int LONGEST = 255;
    private static final int MOST_PATTERNS = 100;

    public RetentionRequest {
        if (name == null || !NAME.matcher(name).matches()) {
            throw new BadField("name", "'" + name + "' is no name for a rule", "lower case letters, digits and - between them, at most 63");
        }
        if (repositories == null || repositories.isBlank() || repositories.length() > LONGEST) {
            throw new BadField("repositories", "repositories is '" + repositories + "', which names none", "write for example shop/*, or ** for all");
        }
        if (keepLast != null && (keepLast < 0 || keepLast > MOST)) {
            throw new BadField("keepLast", "keepLast is " + keepLast, "0 to " + MOST);
        }
        if (keepYounger != null && (keepYounger.isNegative() || keepYounger.toDays() > 36_500)) {
            throw new BadField("keepYounger", "keepYounger is " + keepYounger, "write for example P30D");
        }
        keepTags = keepTags == null ? List.of() : keepTags;
        if (keepTags.size() > MOST_PATTERNS || keepTags.stream().anyMatch(each -> each == null || each.isBlank() || each.length() > LONGEST)) {
            throw new BadField("keepTags", "keepTags has " + keepTags.size() + " patterns, one of them perhaps empty or longer than " + LONGEST, "at most " + MOST_PATTERNS + ", for example v*");
        }
        keepTags = List.copyOf(keepTags);
    }
}
