package io.gantry.cli.output;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.gantry.contracts.envelope.Json;
import java.io.PrintWriter;
import picocli.CommandLine.Option;

/** The option {@code -o} of what shows all about one thing. */
public final class Document {
    public enum Form {
        JSON,
        YAML
    }

    @Option(
            names = {"-o", "--output"},
            defaultValue = "json",
            description = "json or yaml; ${DEFAULT-VALUE} by default")
    private Form form;

    public void print(PrintWriter out, Object value) {
        out.print(form == Form.JSON ? json(value) : yaml(value));
        out.flush();
    }

    public static void printJson(PrintWriter out, Object value) {
        out.print(json(value));
        out.flush();
    }

    static String json(Object value) {
        try {
            return Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(value) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the answer can't be written as JSON", e);
        }
    }

    /** Begins with {@code ---}, so that several follow each other. */
    static String yaml(Object value) {
        YAMLMapper mapper = YAMLMapper.builder()
                .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
                .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
                .disable(YAMLGenerator.Feature.SPLIT_LINES)
                .build();
        try {
            return mapper.writeValueAsString(Json.mapper().valueToTree(value));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the answer can't be written as YAML", e);
        }
    }
}
