package io.gantry.kit.problem;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import java.time.Duration;
import java.time.temporal.Temporal;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;

/** How a type looks in JSON, in words. */
final class FormWords {
    /** What people write for a size, {@code '64Mi'} or {@code '1.5 GB'}. */
    private static final String SIZE = "'[\\d.]+ *[KkMmGgTt]i?[Bb]?'";

    private FormWords() {}

    static String of(Class<?> type) {
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
        if (got.matches(SIZE) && of(wanted).equals("a whole number")) {
            return "sizes are bytes: 67108864 for 64 MiB";
        }
        return Collection.class.isAssignableFrom(wanted) ? "write it in brackets: [\"a\", \"b\"]" : null;
    }

    /** The names of a sealed type's forms. */
    static String kinds(Class<?> type) {
        JsonSubTypes forms = type.getAnnotation(JsonSubTypes.class);
        return forms == null ? "what there is" : Arrays.stream(forms.value()).map(JsonSubTypes.Type::name).collect(Collectors.joining(", "));
    }
}
