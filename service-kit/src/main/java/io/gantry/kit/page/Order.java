package io.gantry.kit.page;

import java.time.Instant;
import java.util.Comparator;
import java.util.function.Function;

/**
 * In which order a list is paged.
 *
 * @param list its name, so that nobody goes on in one with another's cursor
 * @param key of an item: never changes, no other item has it, and keys sort as texts
 * @param descending the greatest key comes first
 */
public record Order<T>(String list, Function<T, String> key, boolean descending) {
    public static <T> Order<T> by(String list, Function<T, String> key) {
        return new Order<>(list, key, false);
    }

    /** @param id tells those of one moment apart */
    public static <T> Order<T> newestFirst(String list, Function<T, Instant> moment, Function<T, String> id) {
        return new Order<>(list, item -> sortable(moment.apply(item)) + id.apply(item), true);
    }

    private static String sortable(Instant moment) {
        return "%019d%09d ".formatted(moment.getEpochSecond(), moment.getNano());
    }

    Comparator<T> comparator() {
        return Comparator.comparing(key, descending ? Comparator.<String>naturalOrder().reversed() : Comparator.naturalOrder());
    }

    boolean isBehind(T item, String last) {
        int compared = key.apply(item).compareTo(last);
        return descending ? compared < 0 : compared > 0;
    }
}
