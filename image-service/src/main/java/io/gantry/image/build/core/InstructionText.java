package io.gantry.image.build.core;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.image.build.core.Words.Word;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What stands after an instruction's name, read from the left. */
final class InstructionText {
    private final char escape;
    private LogicalLine rest;

    InstructionText(LogicalLine rest, char escape) {
        this.rest = rest;
        this.escape = escape;
    }

    /** Flags of an instruction that may have them: {@code --name=value}, of some of them several, and {@code --name}. */
    record Known(Set<String> valued, Set<String> several, Set<String> bare) {
        static Known valued(String... names) {
            return new Known(Set.of(names), Set.of(), Set.of());
        }
    }

    /** A flag that is there. */
    record Flag(String name, String value, Position at) {}

    String text() {
        return rest.text();
    }

    List<HereDocument> documents() {
        return rest.documents();
    }

    boolean isEmpty() {
        return rest.text().isEmpty();
    }

    Position at() {
        return rest.at(0);
    }

    List<Word> words() {
        return Words.split(rest, escape);
    }

    List<String> texts() {
        return words().stream().map(Word::text).toList();
    }

    /** Without what begins it, and the blanks after that. */
    void skip(int characters) {
        rest = rest.from(rest.text().length() - rest.text().substring(characters).stripLeading().length());
    }

    /** Reads flags as long as there are some. */
    List<Flag> flags(Known known) {
        List<Flag> flags = new ArrayList<>();
        while (rest.text().startsWith("--")) {
            String written = rest.text().split("\\s", 2)[0];
            if (written.equals("--")) {
                break;
            }
            String[] parts = written.substring(2).split("=", 2);
            boolean bare = known.bare().contains(parts[0]) && (parts.length == 1 || Set.of("true", "false").contains(parts[1]));
            boolean valued = (known.valued().contains(parts[0]) || known.several().contains(parts[0])) && parts.length == 2 && !parts[1].isEmpty();
            if (!bare && !valued) {
                throw refuse("'" + written + "' is not supported here", "known are " + names(known));
            }
            if (!known.several().contains(parts[0]) && flags.stream().anyMatch(flag -> flag.name().equals(parts[0]))) {
                throw refuse("--" + parts[0] + " is given twice", "leave one out");
            }
            flags.add(new Flag(parts[0], parts.length == 2 ? parts[1] : "true", at()));
            skip(written.length());
        }
        return flags;
    }

    /** A JSON list of strings; anything else is no list, as in Docker. */
    Optional<List<String>> list() {
        if (!rest.text().stripLeading().startsWith("[")) {
            return Optional.empty();
        }
        try {
            JsonNode json = Json.read(rest.text().strip(), JsonNode.class);
            boolean strings = json.isArray() && StreamSupport.stream(json.spliterator(), false).allMatch(JsonNode::isTextual);
            return strings
                    ? Optional.of(StreamSupport.stream(json.spliterator(), false).map(JsonNode::asText).toList())
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    DockerfileRefusal refuse(String message, String hint) {
        return new DockerfileRefusal(at(), message, hint);
    }

    DockerfileRefusal refuse(Word word, String message, String hint) {
        return new DockerfileRefusal(rest.at(word.offset()), message, hint);
    }

    static Map<String, String> single(List<Flag> flags) {
        Map<String, String> all = new LinkedHashMap<>();
        flags.forEach(flag -> all.put(flag.name(), flag.value()));
        return all;
    }

    private static String names(Known known) {
        Stream<String> valued = Stream.concat(known.valued().stream(), known.several().stream()).map(name -> "--" + name + "=");
        return String.join(", ", Stream.concat(valued, known.bare().stream().map(name -> "--" + name)).sorted().toList());
    }
}
