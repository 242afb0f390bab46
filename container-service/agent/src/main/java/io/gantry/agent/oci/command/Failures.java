package io.gantry.agent.oci.command;

import io.gantry.contracts.envelope.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where engines look for what went wrong: a line on standard error, and in the log that they asked for, in the form they asked for.
 *
 * @param log {@code null} for none
 */
record Failures(Path log, boolean json) {
    private static final int FAILED = 1;

    /** @return the command's exit status */
    int tell(String what) {
        say("error", what);
        System.err.println("gantry-runc: " + what);
        return FAILED;
    }

    void warn(String what) {
        if (log == null) {
            System.err.println("gantry-runc: " + what);
        }
        say("warning", what);
    }

    private void say(String level, String what) {
        if (log == null) {
            return;
        }
        Map<String, String> entry = new LinkedHashMap<>();
        entry.put("level", level);
        entry.put("msg", what);
        entry.put("time", Instant.now().toString());
        String line = json ? Json.write(entry) : "time=\"%s\" level=%s msg=%s".formatted(entry.get("time"), level, Json.write(what));
        try {
            Files.writeString(log, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            System.err.println("gantry-runc: the log " + log + " can't be written: " + e.getMessage());
        }
    }
}
