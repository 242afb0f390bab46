package io.gantry.cli.output;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.view.Items;
import java.io.PrintWriter;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine.Option;

/** The option {@code -o} of everything that lists. */
public final class Output {
    public enum Form {
        TABLE,
        JSON,
        NAME
    }

    @Option(
            names = {"-o", "--output"},
            defaultValue = "table",
            description = "table, json or name; ${DEFAULT-VALUE} by default")
    private Form form;

    /** @param row what one item adds to the table */
    public <T> void list(PrintWriter out, List<T> items, Function<T, String> name, Table header, Function<T, Object[]> row) {
        switch (form) {
            case JSON -> json(out, new Items<>(items));
            case NAME -> items.forEach(item -> out.println(name.apply(item)));
            case TABLE -> {
                items.forEach(item -> header.row(row.apply(item)));
                out.print(header);
            }
        }
        out.flush();
    }

    public static void json(PrintWriter out, Object value) {
        try {
            out.println(Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(value));
            out.flush();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the answer can't be written as JSON", e);
        }
    }
}
