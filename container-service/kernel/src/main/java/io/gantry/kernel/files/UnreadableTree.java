package io.gantry.kernel.files;

import java.io.IOException;

/** Somebody has made files that can't be told as paths: too deep, or with names that are no text. The message is for whoever wants them. */
public final class UnreadableTree extends IOException {
    private static final long serialVersionUID = 1L;
    private static final int SHORT = 80;

    UnreadableTree(String message) {
        super(message);
    }

    static String shortly(String path) {
        return path.length() > SHORT ? path.substring(0, SHORT) + "…" : path;
    }
}
