package io.gantry.kit.outbox;

import java.util.List;
import java.util.function.ToIntFunction;
import java.util.regex.Pattern;

/** Statements as PostgreSQL takes them: {@code $1} in the place of {@code :name}; {@code ::} is a cast. */
final class Numbered {
    private static final Pattern PARAMETER = Pattern.compile("(?<!:):([a-z]\\w*)", Pattern.CASE_INSENSITIVE);

    private Numbered() {}

    /** @param number of a parameter, from 1; asked for each place where it stands */
    static String of(String sql, ToIntFunction<String> number) {
        return PARAMETER.matcher(sql).replaceAll(found -> "\\$" + number.applyAsInt(found.group(1)));
    }

    /** That of {@code one} among {@code all}, where it is added if it is new. */
    static <T> int among(List<T> all, T one) {
        int before = all.indexOf(one);
        if (before < 0) {
            all.add(one);
        }
        return before < 0 ? all.size() : before + 1;
    }
}
