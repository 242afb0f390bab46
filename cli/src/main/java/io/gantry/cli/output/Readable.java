package io.gantry.cli.output;

import java.io.PrintWriter;
import java.util.function.Function;
import picocli.CommandLine.Option;

/** The option {@code -o} of what people read as a page and programs as a document. */
public final class Readable {
    public enum Form {
        TEXT,
        JSON,
        YAML
    }

    @Option(
            names = {"-o", "--output"},
            defaultValue = "text",
            description = "text, json or yaml; ${DEFAULT-VALUE} by default")
    private Form form;

    /** @param page the value as people read it */
    public <T> void print(PrintWriter out, T value, Function<T, String> page) {
        out.print(switch (form) {
            case TEXT -> page.apply(value);
            case JSON -> Document.json(value);
            case YAML -> Document.yaml(value);
        });
        out.flush();
    }

    /** What somebody else wrote, on one line: a terminal obeys nothing of it. */
    public static String plain(String text) {
        return text.replaceAll("[\\p{Cc}\\p{Cf}]", "?");
    }
}
