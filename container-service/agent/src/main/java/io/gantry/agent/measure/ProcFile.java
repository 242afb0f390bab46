package io.gantry.agent.measure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Files in {@code /proc} in which names stand that processes have chosen: any bytes, of which the kernel escapes a line feed and hardly anything else
 * (proc_pid_status(5), proc_pid_mountinfo(5)). What isn't UTF-8 must hide nobody, and a carriage return ends no line.
 */
public final class ProcFile {
    private ProcFile() {}

    /** Each byte a character. */
    public static List<String> lines(Path file) throws IOException {
        return lines(Files.readString(file, StandardCharsets.ISO_8859_1));
    }

    static List<String> lines(String text) {
        return List.of(text.split("\n"));
    }
}
