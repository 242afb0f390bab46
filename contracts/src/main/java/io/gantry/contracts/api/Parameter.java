package io.gantry.contracts.api;

import java.util.Arrays;
import java.util.List;

/**
 * Of the query.
 *
 * @param kind what is read of it
 * @param choices if only these can be
 * @param repeatable it may stand several times
 * @param door the gateway reads it, and the service behind knows nothing of it
 */
public record Parameter(String name, Kind kind, List<String> choices, boolean required, boolean repeatable, boolean door, String description) {
    public enum Kind {
        TEXT,
        FLAG,
        NUMBER,
        DURATION,
        MOMENT
    }

    public Parameter {
        choices = List.copyOf(choices);
    }

    public static Parameter text(String name, String description) {
        return new Parameter(name, Kind.TEXT, List.of(), false, false, false, description);
    }

    public static Parameter texts(String name, String description) {
        return new Parameter(name, Kind.TEXT, List.of(), false, true, false, description);
    }

    public static Parameter flag(String name, String description) {
        return new Parameter(name, Kind.FLAG, List.of(), false, false, false, description);
    }

    public static Parameter number(String name, String description) {
        return new Parameter(name, Kind.NUMBER, List.of(), false, false, false, description);
    }

    public static Parameter duration(String name, String description) {
        return new Parameter(name, Kind.DURATION, List.of(), false, false, false, description);
    }

    public static Parameter moment(String name, String description) {
        return new Parameter(name, Kind.MOMENT, List.of(), false, false, false, description);
    }

    public static Parameter choice(String name, String description, List<String> choices) {
        return new Parameter(name, Kind.TEXT, choices, false, false, false, description);
    }

    /** Words of an enumeration, in letters of any case. */
    public static <E extends Enum<E>> Parameter states(String name, String description, Class<E> words) {
        return new Parameter(name, Kind.TEXT, Arrays.stream(words.getEnumConstants()).map(Enum::name).toList(), false, true, false, description);
    }

    public Parameter atTheDoor() {
        return new Parameter(name, kind, choices, required, repeatable, true, description);
    }

    public Parameter must() {
        return new Parameter(name, kind, choices, true, repeatable, door, description);
    }
}
