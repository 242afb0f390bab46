package io.gantry.check.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.check.RestContract.Operation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

/** Requests for operations of the contract. */
final class Calls {
    private static final Pattern PLACE = Pattern.compile("\\{(\\w+)}");
    private static final int LONGEST_WORD = 300;
    private static final List<String> KEYS = List.of("key-1", "key-2", "key-3", "key-4");
    private static final List<String> ODD_HEADERS = List.of("", "*", "\"\"", "W/\"1\"", "\"1\", \"2\"", "1", "\"", "x".repeat(300), "0.0.0", "-1");
    /** A path of these alone is another path. */
    private static final List<String> DOTS = List.of("", ".", "..", "/", "//");

    private final Dice dice;
    private final Known known;
    private final Values values;

    Calls(Dice dice, Known known, Values values) {
        this.dice = dice;
        this.known = known;
        this.values = values;
    }

    Call of(Operation operation) {
        Map<String, String> headers = new LinkedHashMap<>();
        List<String> query = new ArrayList<>();
        operation.described().path("parameters").forEach(parameter -> parameter(parameter, headers, query));
        if (dice.oneIn(40)) {
            query.add("unicorn=" + encoded(dice.of(Oddities.TEXTS)));
        }
        if (dice.oneIn(60)) {
            headers.put("Accept", dice.of(List.of("image/png", "application/problem+json", "*/*", "x")));
        }
        JsonNode content = operation.described().path("requestBody").path("content");
        byte[] body = content.has("application/json") ? json(operation, content, headers) : content.isEmpty() ? null : tar(headers);
        return new Call(operation.method(), path(operation), String.join("&", query), headers, body);
    }

    private void parameter(JsonNode parameter, Map<String, String> headers, List<String> query) {
        String name = parameter.path("name").asText();
        boolean required = parameter.path("required").asBoolean();
        switch (parameter.path("in").asText()) {
            case "header" -> {
                if (dice.oneIn(4)) {
                    header(name, headers);
                }
            }
            case "query" -> {
                if (required ? dice.oneIn(20) : !dice.oneIn(4)) {
                    return;
                }
                JsonNode schema = parameter.path("schema");
                boolean list = schema.path("type").asText().equals("array");
                for (int count = list ? 1 + dice.below(2) : 1; count > 0; count--) {
                    query.add(name + (dice.oneIn(30) ? "" : "=" + encoded(queried(name, list ? schema.path("items") : schema))));
                }
            }
            default -> {
                // of the path
            }
        }
    }

    private String queried(String name, JsonNode schema) {
        if (name.equals("cursor") && !known.cursors().isEmpty() && !dice.oneIn(3)) {
            String cursor = dice.of(known.cursors());
            return dice.oneIn(3) ? cursor.substring(dice.below(cursor.length())) : cursor;
        }
        if (name.equals("name") && dice.oneIn(2)) {
            return known.newName();
        }
        return values.word(schema, name);
    }

    private void header(String name, Map<String, String> headers) {
        String good = switch (name) {
            case "If-Match" -> known.versions().isEmpty() ? "*" : dice.of(known.versions());
            default -> dice.of(KEYS);
        };
        headers.put(name, dice.oneIn(4) ? dice.of(ODD_HEADERS) : good);
    }

    private byte[] json(Operation operation, JsonNode content, Map<String, String> headers) {
        headers.put("Content-Type", dice.oneIn(50) ? dice.of(List.of("text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16", "x")) : "application/json");
        JsonNode body = values.of(content.path("application/json").path("schema"), "");
        if (body instanceof ObjectNode object && object.has("name") && !dice.oneIn(4)) {
            List<String> taken = known.of(Known.resource(operation.path()));
            object.put("name", taken.isEmpty() || !dice.oneIn(6) ? known.newName() : dice.of(taken));
        }
        return Spoiled.bytes(body, dice);
    }

    private byte[] tar(Map<String, String> headers) {
        headers.put("Content-Type", "application/x-tar");
        return switch (dice.below(5)) {
            case 0 -> new byte[0];
            case 1 -> new byte[1024];
            case 2 -> dice.bytes(4096);
            case 3 -> packed(new byte[8 << 20]);
            default -> new byte[] {0x1f, (byte) 0x8b, 8, 0, 1, 2, 3};
        };
    }

    private static byte[] packed(byte[] plain) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private String path(Operation operation) {
        String resource = Known.resource(operation.path());
        return PLACE.matcher(operation.path()).replaceAll(place -> switch (place.group(1)) {
            case "id" -> word(resource);
            case "network" -> word("networks");
            default -> word(resource.equals("execs") ? "containers" : resource);
        });
    }

    private String word(String resource) {
        List<String> there = known.of(resource);
        String word = there.isEmpty() || dice.oneIn(5) ? dice.of(Oddities.TEXTS) : dice.of(there);
        if (dice.oneIn(12) && word.length() > 2) {
            word = word.substring(0, 1 + dice.below(word.length() - 1));
        }
        // a slash would be one of the path's own
        String one = word.replace("/", "").replace("\\", "");
        return encoded(DOTS.contains(one) ? "nobody" : one);
    }

    /** As much of it as a request line has room for: a longer one never comes to a service. */
    private static String encoded(String text) {
        return URLEncoder.encode(text.substring(0, Math.min(text.length(), LONGEST_WORD)), StandardCharsets.UTF_8).replace("+", "%20");
    }
}
