package io.gantry.image.build.core;

import java.util.Optional;
import java.util.function.Function;

/**
 * Replaces {@code $name}, <code>${name}</code>, <code>${name:-default}</code>, <code>${name-default}</code>,
 * <code>${name:+other}</code>, <code>${name+other}</code> and <code>${name:?message}</code>, and takes quotes and escapes away. In
 * single quotes everything is literal. An unknown name is empty.
 */
public final class Substitution {
    private final String text;
    private final char escape;
    private final Function<String, Optional<String>> values;
    private final Position at;
    private int next;

    private Substitution(String text, char escape, Function<String, Optional<String>> values, Position at) {
        this.text = text;
        this.escape = escape;
        this.values = values;
        this.at = at;
    }

    public static String expand(String text, char escape, Function<String, Optional<String>> values, Position at) {
        Substitution one = new Substitution(text, escape, values, at);
        return one.until(false);
    }

    private String until(boolean brace) {
        StringBuilder out = new StringBuilder();
        boolean quoted = false;
        while (next < text.length()) {
            char c = text.charAt(next);
            if (brace && c == '}' && !quoted) {
                return out.toString();
            }
            next++;
            if (c == '\'' && !quoted) {
                int end = text.indexOf('\'', next);
                out.append(text, next, end < 0 ? text.length() : end);
                next = end < 0 ? text.length() : end + 1;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == escape && next < text.length()) {
                escaped(out, quoted);
            } else if (c == '$') {
                out.append(variable());
            } else {
                out.append(c);
            }
        }
        if (brace) {
            throw new DockerfileRefusal(at, "'" + text + "' has a ${ without }", "write ${name} or \\${ for the characters themselves");
        }
        return out.toString();
    }

    private void escaped(StringBuilder out, boolean quoted) {
        char c = text.charAt(next++);
        if (quoted && c != '"' && c != '$' && c != escape) {
            out.append(escape);
        }
        out.append(c);
    }

    private String variable() {
        if (next < text.length() && text.charAt(next) == '{') {
            next++;
            return braced();
        }
        String name = name();
        return name.isEmpty() ? "$" : values.apply(name).orElse("");
    }

    private String braced() {
        String name = name();
        if (name.isEmpty() || next >= text.length()) {
            throw new DockerfileRefusal(at, "'" + text + "' has a variable without a name, or a ${ without }", "write ${name}");
        }
        Optional<String> value = values.apply(name);
        boolean colon = text.charAt(next) == ':';
        if (colon) {
            next++;
            value = value.filter(v -> !v.isEmpty());
        }
        char kind = next < text.length() ? text.charAt(next) : 0;
        if (kind == '}' && !colon) {
            next++;
            return value.orElse("");
        }
        if (kind != '-' && kind != '+' && kind != '?') {
            throw new DockerfileRefusal(
                    at, "'" + text + "' uses a form of ${" + name + "…} that isn't known", "use ${name:-default}, ${name:+other} or ${name:?message}");
        }
        next++;
        String word = until(true);
        next++;
        return switch (kind) {
            case '-' -> value.orElse(word);
            case '+' -> value.isPresent() ? word : "";
            default -> value.orElseThrow(() -> new DockerfileRefusal(
                    at, name + ": " + (word.isEmpty() ? "is not set" : word), "give it with --build-arg " + name + "=… or ARG"));
        };
    }

    private String name() {
        int start = next;
        while (next < text.length() && (Character.isLetterOrDigit(text.charAt(next)) || text.charAt(next) == '_')) {
            next++;
        }
        return text.substring(start, next);
    }
}
