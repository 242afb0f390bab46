package io.gantry.cli.client;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Where the gateway is and what lets us in. */
public record Connection(URI url, String token) {
    private static final String HERE = "http://127.0.0.1:7080";

    /**
     * The first that is given: a context asked for by name ({@code --context}, {@code GANTRY_CONTEXT}); {@code GANTRY_URL} (else this machine's port 7080) with
     * {@code GANTRY_TOKEN}; the context in use; {@code GANTRY_URL} with the file {@code token} in {@code GANTRY_HOME}, else in {@code ./.gantry}.
     *
     * @param context asked for in the command, or {@code null}
     */
    public static Connection find(Map<String, String> environment, String context) throws IOException {
        String named = context == null ? environment.get("GANTRY_CONTEXT") : context;
        if (named != null && !named.isEmpty()) {
            return of(Contexts.read(Contexts.file(environment)).get(named));
        }
        String token = environment.get("GANTRY_TOKEN");
        if (token == null) {
            Contexts contexts = Contexts.read(Contexts.file(environment));
            if (contexts.current() != null) {
                return of(contexts.get(contexts.current()));
            }
            token = ofInstallation(environment);
        }
        return new Connection(plain(environment.getOrDefault("GANTRY_URL", HERE)), token);
    }

    private static Connection of(Contexts.Context context) {
        return new Connection(plain(context.url().toString()), context.token());
    }

    /** @throws IllegalArgumentException if it isn't the address of a gateway */
    public static URI plain(String url) {
        try {
            URI address = URI.create(url.replaceAll("/+$", ""));
            if (address.getHost() != null && ("http".equals(address.getScheme()) || "https".equals(address.getScheme()))) {
                return address;
            }
        } catch (IllegalArgumentException unreadable) {
            // said below
        }
        throw new IllegalArgumentException(url + " is not the address of a gateway; write for example " + HERE);
    }

    private static String ofInstallation(Map<String, String> environment) throws IOException {
        Path file = Path.of(Optional.ofNullable(environment.get("GANTRY_HOME")).orElse(".gantry"), "token");
        if (!Files.isReadable(file)) {
            throw new IllegalArgumentException(
                    "no token: set GANTRY_TOKEN, or GANTRY_HOME to the installation's folder (looked for " + file.toAbsolutePath() + ")");
        }
        return Files.readString(file).strip();
    }

    URI at(String path) {
        return URI.create(url + "/api/v1" + path);
    }

    URI socketAt(String path) {
        return URI.create(at(path).toString().replaceFirst("^http", "ws"));
    }
}
