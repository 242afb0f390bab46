package io.gantry.image.build.core;

import java.util.Optional;
import java.util.function.Function;

/**
 * Replaces {@code $name} and <code>${name}</code> with their forms, and takes quotes and escapes away. In single quotes everything is literal. An unknown
 * name is empty; so are the shell's own: {@code $1}, {@code $@}.
 *
 * <p>Forms, as the shell has them: <code>${x:-word}</code>, <code>${x-word}</code>, <code>${x:+word}</code>, <code>${x+word}</code>,
 * <code>${x:?message}</code>, <code>${x?message}</code>, <code>${x#pattern}</code>, <code>${x##pattern}</code>, <code>${x%pattern}</code>,
 * <code>${x%%pattern}</code>, <code>${x/pattern/other}</code>, <code>${x//pattern/other}</code>.
 */
public final class Substitution {
    private static final String SPECIAL = "@*#?-$!";

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
        return new Substitution(text, escape, values, at).until("", false);
    }

    /** As a here-document: quotes are ordinary characters, and only {@code $}, the escape and a line's end can be escaped. */
    static String expandDocument(String text, char escape, Function<String, Optional<String>> values, Position at) {
        return new Substitution(text, escape, values, at).document();
    }

    /**
     * @param stops characters that end it, which stay unread; empty for the text's end
     * @param raw escapes stay with what they escape: a pattern is read
     */
    private String until(String stops, boolean raw) {
        StringBuilder out = new StringBuilder();
        while (next < text.length()) {
            char c = text.charAt(next);
            if (stops.indexOf(c) >= 0) {
                return out.toString();
            }
            next++;
            if (c == '\'') {
                int end = text.indexOf('\'', next);
                if (end < 0) {
                    throw unclosed("'");
                }
                out.append(text, next, end);
                next = end + 1;
            } else if (c == '"') {
                doubleQuoted(out);
            } else if (c == escape) {
                if (next < text.length()) {
                    out.append(raw ? String.valueOf(escape) : "").append(text.charAt(next++));
                }
            } else {
                out.append(c == '$' ? variable() : String.valueOf(c));
            }
        }
        if (!stops.isEmpty()) {
            throw stops.equals("}")
                    ? new DockerfileRefusal(at, "'" + text + "' has a ${ without }", "write ${name} or \\${ for the characters themselves")
                    : new DockerfileRefusal(at, "'" + text + "' doesn't say what the pattern is replaced by", "write ${name/pattern/other}");
        }
        return out.toString();
    }

    private void doubleQuoted(StringBuilder out) {
        while (next < text.length()) {
            char c = text.charAt(next++);
            if (c == '"') {
                return;
            }
            if (c == escape) {
                escapedIn(out, "\"$" + escape);
            } else {
                out.append(c == '$' ? variable() : String.valueOf(c));
            }
        }
        throw unclosed("\"");
    }

    private String document() {
        StringBuilder out = new StringBuilder();
        while (next < text.length()) {
            char c = text.charAt(next++);
            if (c == escape) {
                escapedIn(out, "$\n" + escape);
            } else {
                out.append(c == '$' ? variable() : String.valueOf(c));
            }
        }
        return out.toString();
    }

    /** What isn't among {@code escapable} keeps the escape before it; a line's end goes with it. */
    private void escapedIn(StringBuilder out, String escapable) {
        if (next < text.length() && escapable.indexOf(text.charAt(next)) >= 0) {
            char c = text.charAt(next++);
            out.append(c == '\n' ? "" : String.valueOf(c));
        } else {
            out.append(escape);
        }
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
        char kind = text.charAt(next++);
        boolean colon = kind == ':' && next < text.length();
        if (colon) {
            kind = text.charAt(next++);
            value = value.filter(v -> !v.isEmpty());
        }
        if (kind == '}' && !colon) {
            return value.orElse("");
        }
        if (!(colon ? "-+?" : "-+?#%/").contains(String.valueOf(kind))) {
            throw new DockerfileRefusal(
                    at, "'" + text + "' uses a form of ${" + name + "…} that isn't known",
                    "there are ${" + name + "} with :-word, :+word, :?message, #pattern, ##pattern, %pattern, %%pattern, /pattern/other, //pattern/other");
        }
        return switch (kind) {
            case '#', '%' -> trimmed(kind, value.orElse(""));
            case '/' -> replaced(value.orElse(""));
            default -> chosen(kind, name, value);
        };
    }

    private String chosen(char kind, String name, Optional<String> value) {
        String word = closed(false);
        return switch (kind) {
            case '-' -> value.orElse(word);
            case '+' -> value.isPresent() ? word : "";
            default -> value.orElseThrow(() -> new DockerfileRefusal(
                    at, name + ": " + (word.isEmpty() ? "is not set" : word), "give it with --build-arg " + name + "=… or ARG"));
        };
    }

    private String trimmed(char kind, String value) {
        boolean longest = twice(kind);
        ValuePattern pattern = pattern(closed(true));
        return kind == '#' ? pattern.withoutStart(value, longest) : pattern.withoutEnd(value, longest);
    }

    private String replaced(String value) {
        boolean all = twice('/');
        ValuePattern pattern = pattern(until("/", true));
        next++;
        return pattern.replaced(value, closed(true), all);
    }

    private ValuePattern pattern(String text) {
        try {
            return ValuePattern.parse(text, escape);
        } catch (ValuePattern.Bad bad) {
            throw new DockerfileRefusal(at, "'" + this.text + "': " + bad.getMessage(), "* and ? are wildcards; \\*, \\? and \\\\ stand for themselves");
        }
    }

    private boolean twice(char kind) {
        boolean twice = next < text.length() && text.charAt(next) == kind;
        next += twice ? 1 : 0;
        return twice;
    }

    private String closed(boolean raw) {
        String word = until("}", raw);
        next++;
        return word;
    }

    /** Letters, digits and {@code _}; a number; or one of the shell's signs. */
    private String name() {
        int start = next;
        if (next < text.length() && SPECIAL.indexOf(text.charAt(next)) >= 0) {
            return text.substring(start, ++next);
        }
        boolean number = next < text.length() && Character.isDigit(text.charAt(next));
        while (next < text.length() && (number ? Character.isDigit(text.charAt(next)) : isOfName(text.charAt(next)))) {
            next++;
        }
        return text.substring(start, next);
    }

    private static boolean isOfName(char c) {
        return Character.isLetterOrDigit(c) || c == '_';
    }

    private DockerfileRefusal unclosed(String quote) {
        return new DockerfileRefusal(at, "'" + text + "': the quote " + quote + " is not closed", "close it, or escape it with " + escape);
    }
}
