package io.gantry.bench.answers;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import io.gantry.bench.peer.UnixHttp;
import io.gantry.contracts.envelope.Json;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What an answer says: status, media type, and each value of its body by its place, as {@code HostConfig.Memory} or {@code [0].Names[0]}. What is another each time is told
 * as what it is: {@code <id>}, {@code <time>}, {@code <address>}, {@code <pid>}. Pure.
 */
record Facts(SortedMap<String, String> byPlace) {
    private static final Set<String> TIMES = Set.of("Created", "time", "timeNano");
    /** Of an inspect, and the first column of a list of processes. */
    private static final Pattern PIDS = Pattern.compile("Pid|Processes\\[\\d+]\\[0]");
    private static final String NEVER = "0001-01-01T00:00:00Z";

    private record Word(Pattern pattern, String instead) {}

    /** Digests stay: both have the same image. */
    private static final List<Word> WORDS = List.of(
            new Word(Pattern.compile("(?<!sha256:)\\b[0-9a-f]{64}\\b"), "<id>"),
            new Word(Pattern.compile("(?<![0-9a-f:])\\b[0-9a-f]{12}\\b"), "<id>"),
            new Word(Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?(Z|[+-]\\d\\d:\\d\\d)"), "<time>"),
            new Word(Pattern.compile("\\b([0-9a-f]{2}:){5}[0-9a-f]{2}\\b"), "<mac>"),
            new Word(Pattern.compile("\\b(?!0\\.0\\.0\\.0|127\\.)\\d+\\.\\d+\\.\\d+\\.\\d+(/\\d+)?\\b"), "<address>"),
            new Word(Pattern.compile("^(Up|Exited \\(\\d+\\)) .*"), "$1 <time>"));

    static Facts of(UnixHttp.Answer answer) {
        SortedMap<String, String> facts = new TreeMap<>();
        facts.put("status", Integer.toString(answer.status()));
        facts.put("type", answer.type());
        if (!answer.body().isEmpty()) {
            try {
                List<JsonNode> all = values(answer.body());
                for (int i = 0; i < all.size(); i++) {
                    flatten(all.size() == 1 ? "" : "line " + i + " ", all.get(i), facts);
                }
            } catch (IOException noJson) {
                facts.put("text", told("", printable(answer.body())));
            }
        }
        return new Facts(facts);
    }

    /** One, or a stream of objects. */
    private static List<JsonNode> values(String body) throws IOException {
        if (!body.startsWith("{")) {
            return List.of(Json.mapper().reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).readTree(body));
        }
        try (MappingIterator<JsonNode> values = Json.mapper().readerFor(JsonNode.class).readValues(body)) {
            return values.readAll();
        }
    }

    private static void flatten(String place, JsonNode value, Map<String, String> facts) {
        if (value.isObject() && !value.isEmpty()) {
            value.properties().forEach(field -> flatten((place.isEmpty() || place.endsWith(" ") ? place : place + ".") + told("", field.getKey()), field.getValue(), facts));
        } else if (value.isArray() && !value.isEmpty()) {
            for (int i = 0; i < value.size(); i++) {
                flatten(place + "[" + i + "]", value.get(i), facts);
            }
        } else {
            String field = place.substring(place.lastIndexOf('.') + 1);
            facts.put(place.isEmpty() ? "all" : place, value.isTextual() ? "\"" + told(field, value.asText()) + "\"" : told(field, value.toString()));
        }
    }

    private static String told(String field, String text) {
        if (text.equals(NEVER)) {
            return text;
        }
        if (TIMES.contains(field) && text.matches("[1-9]\\d+")) {
            return "<time>";
        }
        if (PIDS.matcher(field).matches() && text.matches("[1-9]\\d*")) {
            return "<pid>";
        }
        String told = text;
        for (Word word : WORDS) {
            told = word.pattern().matcher(told).replaceAll(word.instead());
        }
        return told;
    }

    private static String printable(String text) {
        StringBuilder printable = new StringBuilder();
        text.chars().forEach(c -> printable.append(c < ' ' ? "\\x%02x".formatted(c) : Character.toString(c)));
        return printable.toString();
    }
}
