package io.gantry.cli.output;

import java.time.Instant;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * A list of the API as people see it.
 *
 * @param path without {@code /api/v1}
 * @param row the cells of one item, as of a time
 */
public record Listing<T>(String path, Class<T> type, Function<T, String> name, List<String> header, BiFunction<T, Instant, Object[]> row) {
    String table(List<T> items, Instant now, boolean colours) {
        Table table = new Table(header);
        items.forEach(item -> table.row(row.apply(item, now)));
        return table.text(colours);
    }

    String names(List<T> items) {
        StringBuilder text = new StringBuilder();
        items.forEach(item -> text.append(name.apply(item)).append('\n'));
        return text.toString();
    }
}
