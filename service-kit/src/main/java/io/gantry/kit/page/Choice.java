package io.gantry.kit.page;

import io.gantry.contracts.problem.BadField;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** A query parameter that chooses among words, in letters of any case. */
public final class Choice {
    private Choice() {}

    /** @return those that are asked for; all if nothing is */
    public static <E extends Enum<E>> Set<E> among(Class<E> words, String parameter, List<String> asked) {
        if (asked.isEmpty()) {
            return EnumSet.allOf(words);
        }
        return asked.stream().map(one -> read(words, parameter, one)).collect(Collectors.toCollection(() -> EnumSet.noneOf(words)));
    }

    private static <E extends Enum<E>> E read(Class<E> words, String parameter, String text) {
        return Arrays.stream(words.getEnumConstants())
                .filter(word -> word.name().equals(text.toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new BadField(
                        parameter, "'" + text + "' is no " + parameter, "there are " + Arrays.stream(words.getEnumConstants()).map(Enum::name).collect(Collectors.joining(", "))));
    }
}
