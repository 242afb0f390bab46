package io.gantry.gateway.route;

import io.gantry.contracts.problem.BadField;
import io.vertx.core.MultiMap;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Set;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a query parameter of our own may hold. One that nobody reads is refused: it would be silently of no effect. Empty is absent, but a flag's name alone is true. */
public enum QueryForm {
    FLAG("true or false") {
        @Override
        String read(String text) {
            return switch (text) {
                case "", "true", "1", "True" -> "true";
                case "false", "0", "False" -> "false";
                default -> null;
            };
        }
    },
    TIME("a time such as 2026-01-31T12:00:00Z") {
        @Override
        String read(String text) {
            try {
                return Instant.parse(text).toString();
            } catch (DateTimeParseException e) {
                return null;
            }
        }
    },
    LINES("all, or a number of lines") {
        @Override
        String read(String text) {
            return text.equals("all") || text.matches("\\d{1,9}") ? text : null;
        }
    },
    SECONDS("a number of seconds from 1 to 10") {
        @Override
        String read(String text) {
            return text.matches("[1-9]|10") ? text : null;
        }
    },
    PORT("a port from 1 to 65535") {
        @Override
        String read(String text) {
            return text.matches("[1-9]\\d{0,4}") && Integer.parseInt(text) <= 65_535 ? text : null;
        }
    },
    EXPLANATION("json, text or script") {
        @Override
        String read(String text) {
            return Set.of("json", "text", "script").contains(text) ? text : null;
        }
    },
    TEXT("text") {
        @Override
        String read(String text) {
            return text;
        }
    };

    private final String words;

    QueryForm(String words) {
        this.words = words;
    }

    /** In one way of writing, or {@code null} if it has another form. */
    abstract String read(String text);

    /**
     * The parameters that are given, in one way of writing.
     *
     * @throws BadField for one that isn't known or has another form
     */
    public static Map<String, String> read(MultiMap given, Map<String, QueryForm> known) {
        Map<String, String> read = new TreeMap<>();
        given.forEach((name, text) -> {
            QueryForm form = Optional.ofNullable(known.get(name))
                    .orElseThrow(() -> new BadField(
                            name, "there is no parameter '" + name + "' here", known.isEmpty() ? "leave it out" : "there are " + String.join(", ", new TreeSet<>(known.keySet()))));
            if (text.isEmpty() && form != FLAG) {
                return;
            }
            String value = form.read(text);
            if (value == null) {
                throw new BadField(name, name + " is " + form.words + ", got '" + text + "'");
            }
            read.put(name, value);
        });
        return read;
    }
}
