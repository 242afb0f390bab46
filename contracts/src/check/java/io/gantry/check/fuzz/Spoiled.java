package io.gantry.check.fuzz;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A body as bytes: now and then not quite JSON, not quite UTF-8, cut off, or far too deep. */
public final class Spoiled {
    private static final JsonMapper JSON = JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
    private static final int DEEP = 100_000;

    private Spoiled() {}

    public static byte[] bytes(JsonNode body, Dice dice) {
        String text;
        try {
            text = JSON.writeValueAsString(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
        byte[] whole = text.replace("\"" + Oddities.DEEP + "\"", "[".repeat(DEEP) + "]".repeat(DEEP)).getBytes(StandardCharsets.UTF_8);
        return dice.oneIn(25) ? spoiled(whole, dice) : whole;
    }

    private static byte[] spoiled(byte[] whole, Dice dice) {
        return switch (dice.below(8)) {
            case 0 -> new byte[0];
            case 1 -> Arrays.copyOf(whole, dice.below(whole.length + 1));
            case 2 -> joined(whole, whole);
            case 3 -> joined(whole, new byte[] {0});
            case 4 -> joined(new byte[] {(byte) 0xef, (byte) 0xbb, (byte) 0xbf}, whole);
            case 5 -> joined("{\"x\":".repeat(5000).getBytes(StandardCharsets.UTF_8), whole);
            case 6 -> whole.length < 3 ? new byte[] {(byte) 0xc3} : joined(Arrays.copyOf(whole, whole.length - 2), new byte[] {'"', (byte) 0xc3, (byte) 0x28, '"', '}'});
            default -> dice.bytes(64);
        };
    }

    private static byte[] joined(byte[] one, byte[] other) {
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(one);
        both.writeBytes(other);
        return both.toByteArray();
    }
}
