package io.gantry.contracts.unit;

import java.util.Locale;

/** Names of processor architectures: kernels and JVMs use others than images do, whose names are Go's. */
public final class Architecture {
    private Architecture() {}

    /** The image specification's name: {@code amd64} for {@code x86_64}, {@code arm64} for {@code aarch64}; any other as it is, in lower case. */
    public static String ociName(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "x86_64", "x86-64" -> "amd64";
            case "aarch64" -> "arm64";
            case String other -> other;
        };
    }

    /** Of this machine. */
    public static String here() {
        return ociName(System.getProperty("os.arch"));
    }
}
