package io.gantry.image.build.step;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** Turns log lines in the CRI form ({@code <time> <stream> <F|P> <text>}) back into what was written. */
final class StepLog {
    private StepLog() {}

    static void copy(InputStream lines, StepOutput output) throws IOException {
        BufferedReader reader = new BufferedReader(new InputStreamReader(lines, StandardCharsets.UTF_8));
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            String[] parts = line.split(" ", 4);
            if (parts.length >= 3) {
                String text = parts.length == 4 ? parts[3] : "";
                output.text(parts[2].startsWith("P") ? text : text + "\n");
            }
        }
    }
}
