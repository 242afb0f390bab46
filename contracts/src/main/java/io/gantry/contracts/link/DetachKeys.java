package io.gantry.contracts.link;

import java.io.ByteArrayOutputStream;

/** A sequence of keys that leaves a container running and gives the terminal back: {@code ctrl-p,ctrl-q}, or letters. Watches what is typed. */
public final class DetachKeys {
    public static final String USUAL = "ctrl-p,ctrl-q";
    private final byte[] sequence;
    private int matched;

    private DetachKeys(byte[] sequence) {
        this.sequence = sequence;
    }

    /** @throws IllegalArgumentException for what is no sequence of keys */
    public static DetachKeys parse(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (String key : text.split(",", -1)) {
            bytes.write(code(key, text));
        }
        return new DetachKeys(bytes.toByteArray());
    }

    private static int code(String key, String text) {
        if (key.length() == 1 && key.charAt(0) > ' ' && key.charAt(0) < 127) {
            return key.charAt(0);
        }
        if (key.matches("ctrl-[a-z@\\[\\\\\\]^_]")) {
            // the control characters are the letters' codes without the upper bits
            return key.charAt(5) & 0x1f;
        }
        throw new IllegalArgumentException("detach keys " + text + ": '" + key + "' is no key; write for example ctrl-p,ctrl-q");
    }

    /**
     * What of the typed bytes goes on. The beginning of a sequence is held back until it is clear that it is none.
     *
     * @return {@code null} when the sequence is complete
     */
    public byte[] pass(byte[] typed, int count) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            if (typed[i] != sequence[matched] && matched > 0) {
                out.write(sequence, 0, matched);
                matched = 0;
            }
            if (typed[i] == sequence[matched]) {
                matched++;
                if (matched == sequence.length) {
                    return null;
                }
            } else {
                out.write(typed[i]);
            }
        }
        return out.toByteArray();
    }
}
