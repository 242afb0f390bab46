package io.gantry.cli.output;

import io.gantry.contracts.view.Items;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Option;

/** The option {@code -o} of everything that lists. */
public final class Output {
    public enum Form {
        TABLE,
        JSON,
        YAML,
        NAME
    }

    @Option(
            names = {"-o", "--output"},
            defaultValue = "table",
            description = "table, json, yaml or name; ${DEFAULT-VALUE} by default")
    private Form form;

    /** @param screen colours are for people alone */
    public <T> String text(Listing<T> listing, List<T> items, Screen screen) {
        return switch (form) {
            case JSON -> Document.json(new Items<>(items));
            case YAML -> Document.yaml(new Items<>(items));
            case NAME -> listing.names(items);
            case TABLE -> listing.table(items, Instant.now(), screen.colours());
        };
    }
}
