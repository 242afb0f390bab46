package io.gantry.image.build.core;

import java.util.Optional;

/** An instruction's place, as people name it: {@code Dockerfile:3: RUN make}. */
public record Place(String file, int line, Optional<String> instruction) {
    private static final int SHOWN = 120;

    @Override
    public String toString() {
        return file + ":" + line + instruction.map(text -> ": " + shortened(text)).orElse("");
    }

    /** Its first line, and not all of that if it is long. */
    public static String shortened(String text) {
        String first = text.lines().findFirst().orElse("");
        return first.length() > SHOWN ? first.substring(0, Character.isHighSurrogate(first.charAt(SHOWN - 1)) ? SHOWN - 1 : SHOWN) + "…" : first;
    }
}
