package io.gantry.contracts.spec;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.gantry.contracts.problem.BadField;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A part of the platform: what bears one label. Whoever is let into it alone sees and changes nothing else, and what they make bears the label.
 *
 * @param key of the label
 */
public record Scope(String key, String value) {
    /** By which the gateway tells a service within which scope somebody asks; without it there is none. */
    public static final String HEADER = "X-Gantry-Scope";

    /** Labels by which tools tell what they made in one go; the first one that is there counts. */
    private static final String[] SESSIONS = {OwnLabels.SCOPE, "org.testcontainers.sessionId", "com.docker.compose.project"};

    /** Testcontainers' reaper bears the session in its name alone. */
    private static final String RYUK = "testcontainers-ryuk-";

    private static final String KEY = "[a-zA-Z0-9][a-zA-Z0-9_./-]{0,127}";
    private static final String VALUE = "[a-zA-Z0-9][a-zA-Z0-9_.:/-]{0,127}";

    public Scope {
        if (key == null || value == null || !key.matches(KEY) || !value.matches(VALUE)) {
            throw new BadField("scope", "scope is a word or a label of such, letters, digits and . _ - / between them, got '" + key + "=" + value + "'", "write for example ci-17, or team=red");
        }
    }

    /** @param text a label, {@code key=value}, or a word, which is the value of {@link OwnLabels#SCOPE} */
    @JsonCreator
    public static Scope parse(String text) {
        int equals = text.indexOf('=');
        return equals < 0 ? new Scope(OwnLabels.SCOPE, text) : new Scope(text.substring(0, equals), text.substring(equals + 1));
    }

    /**
     * What a container may be let into that reaches for the platform itself: the session that it belongs to.
     *
     * @return empty if nothing tells of one
     */
    public static Optional<Scope> session(String name, Map<String, String> labels) {
        for (String key : SESSIONS) {
            String value = labels.get(key);
            if (value != null) {
                return Optional.of(new Scope(key, value));
            }
        }
        return name != null && name.startsWith(RYUK) && name.length() > RYUK.length()
                ? Optional.of(new Scope(SESSIONS[1], name.substring(RYUK.length())))
                : Optional.empty();
    }

    public boolean isBorneBy(Map<String, String> labels) {
        return value.equals(labels.get(key));
    }

    /** Images are there to be used by all, but those that somebody made within another scope. */
    public boolean mayUse(Map<String, String> labelsOfImage) {
        return isBorneBy(labelsOfImage) || !labelsOfImage.containsKey(OwnLabels.SCOPE);
    }

    /** Labels of an image that was made within it, see {@link #mayUse}. */
    public Map<String, String> markOfImage() {
        Map<String, String> labels = new HashMap<>();
        labels.put(OwnLabels.SCOPE, toString());
        labels.put(key, value);
        return labels;
    }

    /** @throws BadField naming {@code field}, if they claim to belong elsewhere */
    public Map<String, String> on(String field, Map<String, String> labels) {
        if (!key.equals(OwnLabels.SCOPE) && labels.containsKey(OwnLabels.SCOPE)) {
            throw new BadField(field + "." + OwnLabels.SCOPE, OwnLabels.SCOPE + " is of another scope than this token's, " + this, "leave it out");
        }
        String given = labels.getOrDefault(key, value);
        if (!given.equals(value)) {
            throw new BadField(field + "." + key, key + " is " + value + " for all that is made with this token, got '" + given + "'", "leave it out");
        }
        Map<String, String> all = new HashMap<>(labels);
        all.put(key, value);
        return all;
    }

    @JsonValue
    @Override
    public String toString() {
        return key.equals(OwnLabels.SCOPE) ? value : key + "=" + value;
    }
}
