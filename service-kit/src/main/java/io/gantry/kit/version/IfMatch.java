package io.gantry.kit.version;

import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.kit.problem.Refused;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** In which versions a thing may be for what is asked to be done to it. To be looked at where nobody else can change it meanwhile. */
public final class IfMatch {
    public static final String HEADER = "If-Match";
    private static final Pattern TAG = Pattern.compile("(W/)?\"([\\x21\\x23-\\x7e\\x80-\\xff]*)\"");
    private static final Pattern TAGS = Pattern.compile("\\s*" + TAG.pattern() + "(\\s*,\\s*" + TAG.pattern() + ")*\\s*");
    private static final int LONGEST = 1000;
    private static final IfMatch ANY = new IfMatch(null);
    private final Set<String> tags;

    private IfMatch(Set<String> tags) {
        this.tags = tags;
    }

    /**
     * @param header {@code null} or {@code *}: in any
     * @throws BadField if it isn't one
     */
    public static IfMatch of(String header) {
        if (header == null || header.strip().equals("*")) {
            return ANY;
        }
        if (header.length() > LONGEST || !TAGS.matcher(header).matches()) {
            throw new BadField(HEADER, "If-Match has entity tags, got '" + header + "'", "send the ETag of what you read, with its quotation marks");
        }
        // weak ones are never the same here (section 8.8.3.2)
        return new IfMatch(TAG.matcher(header).results().filter(one -> one.group(1) == null).map(MatchResult::group).collect(Collectors.toSet()));
    }

    /** @param etag what it is now, as {@link Tag} writes it */
    public void check(String etag) {
        if (tags != null && !tags.contains(etag)) {
            throw new Refused(ProblemType.PRECONDITION_FAILED, "its version is " + etag + " by now", "read it again and decide anew");
        }
    }
}
