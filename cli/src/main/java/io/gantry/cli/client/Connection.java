package io.gantry.cli.client;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Where the gateway is and what lets us in. */
public record Connection(URI url, String token) {
    /**
     * {@code GANTRY_URL} (else this machine's port 7080) and {@code GANTRY_TOKEN} (else the file {@code token} in
     * {@code GANTRY_HOME}, else in {@code ./.gantry}).
     */
    public static Connection find(Map<String, String> environment) throws IOException {
        URI url = URI.create(environment.getOrDefault("GANTRY_URL", "http://127.0.0.1:7080").replaceAll("/+$", ""));
        String token = environment.get("GANTRY_TOKEN");
        if (token == null) {
            Path file = Path.of(environment.getOrDefault("GANTRY_HOME", ".gantry"), "token");
            if (!Files.isReadable(file)) {
                throw new IllegalArgumentException(
                        "no token: set GANTRY_TOKEN, or GANTRY_HOME to the installation's folder (looked for " + file.toAbsolutePath() + ")");
            }
            token = Files.readString(file).strip();
        }
        return new Connection(url, token);
    }

    URI at(String path) {
        return URI.create(url + "/api/v1" + path);
    }

    URI socketAt(String path) {
        return URI.create(at(path).toString().replaceFirst("^http", "ws"));
    }
}
