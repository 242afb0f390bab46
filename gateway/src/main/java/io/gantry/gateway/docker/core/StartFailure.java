package io.gantry.gateway.docker.core;

import java.util.Locale;

/**
 * Why a container did not start, in words from which the docker CLI makes its exit code: 127 for "no such file or directory", 126 for
 * "permission denied" and "is a directory" (cli/command/container/run.go, toStatusError).
 */
final class StartFailure {
    private StartFailure() {}

    /** @param errno {@code null} if the kernel wasn't asked */
    static DockerRefusal of(String detail, Integer errno) {
        String words = errno == null ? "" : words(errno);
        boolean said = words.isEmpty() || detail.toLowerCase(Locale.ROOT).contains(words);
        return new DockerRefusal(words.isEmpty() ? 500 : 400, said ? detail : detail + ": " + words);
    }

    /** From asm-generic/errno-base.h. */
    private static String words(int errno) {
        return switch (errno) {
            case 2 -> "no such file or directory";
            case 13 -> "permission denied";
            case 21 -> "is a directory";
            default -> "";
        };
    }
}
