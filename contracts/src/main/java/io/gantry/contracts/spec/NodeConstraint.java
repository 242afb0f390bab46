package io.gantry.contracts.spec;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.unit.Architecture;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a node must be, or must not be, to take a container: {@code KEY==VALUE} or {@code KEY!=VALUE}. Values are compared without regard to upper and
 * lower case. A node without a label is other than every value of it.
 *
 * @param key {@code node.name}, {@code node.id}, {@code node.architecture} (x86_64 is amd64) or {@code node.labels.LABEL}
 * @param value not empty, at most {@link #LONGEST} characters
 */
public record NodeConstraint(String key, boolean equal, String value) {
    public static final String NAME = "node.name";
    public static final String ID = "node.id";
    public static final String ARCHITECTURE = "node.architecture";
    public static final String LABELS = "node.labels.";
    /** So many a container may have. */
    public static final int MOST = 32;
    public static final int LONGEST = 256;

    private static final String ITSELF = "";
    private static final String HINT = "write node.labels.LABEL==VALUE or !=VALUE, or so with node.name, node.id or node.architecture";
    private static final Pattern FORM = Pattern.compile("\\s*([^\\s=!]+)\\s*(==|!=)\\s*(\\S.*?)\\s*", Pattern.DOTALL);

    public NodeConstraint {
        boolean known = key.equals(NAME) || key.equals(ID) || key.equals(ARCHITECTURE) || key.startsWith(LABELS) && key.length() > LABELS.length();
        if (!known) {
            throw new BadField(ITSELF, "a node has no '" + key + "' that could be compared", HINT);
        }
        if (key.length() > LONGEST || value.length() > LONGEST) {
            throw new BadField(ITSELF, "a constraint's key and value have at most " + LONGEST + " characters each", HINT);
        }
    }

    @JsonCreator
    public static NodeConstraint parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new BadField(ITSELF, "'" + text + "' is no constraint of nodes", HINT);
        }
        return new NodeConstraint(form.group(1), form.group(2).equals("=="), form.group(3));
    }

    public static NodeConstraint is(String key, String value) {
        return new NodeConstraint(key, true, value);
    }

    public static NodeConstraint isNot(String key, String value) {
        return new NodeConstraint(key, false, value);
    }

    static List<NodeConstraint> checked(List<NodeConstraint> given) {
        List<NodeConstraint> all = Check.complete("constraints", given);
        if (all.size() > MOST) {
            throw new BadField("constraints", "constraints are at most " + MOST + ", got " + all.size());
        }
        return all;
    }

    /** Whether a node that is so meets it. */
    public boolean metBy(String id, String name, String architecture, Map<String, String> labels) {
        String is = switch (key) {
            case NAME -> name;
            case ID -> id;
            case ARCHITECTURE -> architecture == null ? null : Architecture.ociName(architecture);
            default -> labels.get(key.substring(LABELS.length()));
        };
        String asked = key.equals(ARCHITECTURE) ? Architecture.ociName(value) : value;
        return (is != null && is.equalsIgnoreCase(asked)) == equal;
    }

    @JsonValue
    @Override
    public String toString() {
        return key + (equal ? "==" : "!=") + value;
    }
}
