package io.gantry.kit.problem;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.MilliCpu;
import java.time.Duration;
import java.time.temporal.Temporal;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;

/** How a type looks in JSON, in words. */
final class FormWords {
    private FormWords() {}

    static String of(Class<?> type) {
        if (type == Bytes.class) {
            return "a size as a whole number of bytes";
        }
        if (type == MilliCpu.class) {
            return "processor time as a whole number of thousandths of a core";
        }
        if (type.isEnum()) {
            return "one of " + Arrays.stream(type.getEnumConstants()).map(Object::toString).collect(Collectors.joining(", "));
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (type == int.class || type == long.class || type == Integer.class || type == Long.class) {
            return "a whole number";
        }
        if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
            return "a number";
        }
        if (type == Duration.class) {
            return "a duration such as \"PT5S\" (ISO 8601)";
        }
        if (Temporal.class.isAssignableFrom(type)) {
            return "a time such as \"2026-01-31T12:00:00Z\"";
        }
        if (Collection.class.isAssignableFrom(type) || type.isArray()) {
            return "a list";
        }
        return Map.class.isAssignableFrom(type) || type.isRecord() && !readFromText(type) ? "an object" : "a string";
    }

    private static boolean readFromText(Class<?> type) {
        return Arrays.stream(type.getDeclaredMethods())
                .anyMatch(method -> method.isAnnotationPresent(JsonCreator.class) && Arrays.equals(method.getParameterTypes(), new Class<?>[] {String.class}));
    }

    /** What to write instead; {@code null} when saying what it is says that. */
    static String hint(Class<?> wanted, String got) {
        if (isUnit(wanted)) {
            return inUnits(wanted, got.replace("'", ""));
        }
        return Collection.class.isAssignableFrom(wanted) ? "write it in brackets: [\"a\", \"b\"]" : null;
    }

    static boolean isUnit(Class<?> type) {
        return type == Bytes.class || type == MilliCpu.class;
    }

    /** {@code 64Mi} and {@code 0.5} as the numbers that they stand for. */
    private static String inUnits(Class<?> unit, String got) {
        try {
            return unit == Bytes.class ? "write " + Bytes.parse(got).value() : "write " + MilliCpu.parse(got).value() + " for " + MilliCpu.parse(got) + " cores";
        } catch (IllegalArgumentException nothingLikeIt) {
            return unit == Bytes.class ? "write for example 67108864 for 64 MiB" : "write for example 500 for half a core";
        }
    }

    /** The names of a sealed type's forms. */
    static String kinds(Class<?> type) {
        JsonSubTypes forms = type.getAnnotation(JsonSubTypes.class);
        return forms == null ? "what there is" : Arrays.stream(forms.value()).map(JsonSubTypes.Type::name).collect(Collectors.joining(", "));
    }
}
