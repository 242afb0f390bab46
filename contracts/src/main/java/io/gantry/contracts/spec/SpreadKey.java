package io.gantry.contracts.spec;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.gantry.contracts.problem.BadField;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * What replicas are spread over: groups of nodes that have the same value of a label, {@code node.labels.LABEL}. Nodes without it are one group, and so are those whose value is empty with them.
 *
 * @param label not empty; with what stands before it at most {@link NodeConstraint#LONGEST} characters
 */
public record SpreadKey(String label) {
    /** So many a deployment may have, one within the other. */
    public static final int MOST = 8;
    /** Of nodes that have no value of it. */
    public static final String NO_VALUE = "";

    private static final String ITSELF = "";
    private static final String HINT = "write node.labels.LABEL";

    public SpreadKey {
        if (label.isBlank() || label.chars().anyMatch(Character::isWhitespace)) {
            throw new BadField(ITSELF, "a label has a name without blanks, got '" + label + "'", HINT);
        }
        if (NodeConstraint.LABELS.length() + label.length() > NodeConstraint.LONGEST) {
            throw new BadField(ITSELF, "what replicas are spread over has at most " + NodeConstraint.LONGEST + " characters", HINT);
        }
    }

    @JsonCreator
    public static SpreadKey parse(String text) {
        if (!text.startsWith(NodeConstraint.LABELS)) {
            throw new BadField(ITSELF, "replicas are spread over the values of a label of nodes, got '" + text + "'", HINT);
        }
        return new SpreadKey(text.substring(NodeConstraint.LABELS.length()));
    }

    static List<SpreadKey> checked(List<SpreadKey> given) {
        List<SpreadKey> all = Check.complete("spread", given);
        if (all.size() > MOST) {
            throw new BadField("spread", "replicas are spread over at most " + MOST + " labels, got " + all.size());
        }
        if (new HashSet<>(all).size() < all.size()) {
            throw new BadField("spread", "replicas that are spread over a label can't be spread over it once more within its groups, got " + all, "say each label once");
        }
        return all;
    }

    /** @return {@link #NO_VALUE} of a node without it */
    public String valueOf(Map<String, String> labels) {
        return labels.getOrDefault(label, NO_VALUE);
    }

    @JsonValue
    @Override
    public String toString() {
        return NodeConstraint.LABELS + label;
    }
}
