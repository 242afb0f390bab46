package io.gantry.e2e.hostile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gantry.check.raw.RawConnection;
import io.gantry.e2e.stage.Stage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Whoever comes to a platform with bytes of their own. */
record Visitor(Stage stage) {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Hundreds come at once, and what is done for the first time takes longest. */
    static final Duration PATIENCE = Duration.ofMinutes(2);
    static final String END = "\r\n\r\n";

    RawConnection open(Door door) throws IOException {
        return switch (door) {
            case SOCKET -> RawConnection.unix(stage.home().resolve("docker.sock"));
            case PORT -> RawConnection.tcp(stage.port(7475));
            case REST -> RawConnection.tcp(stage.port(7080));
        };
    }

    /** @param headers lines, each with its end */
    String head(Door door, String method, String target, String headers) {
        String token = door == Door.SOCKET ? "" : "Authorization: Bearer " + stage.rest().token() + "\r\n";
        return method + " " + target + " HTTP/1.1\r\nHost: d\r\n" + token + headers + "\r\n";
    }

    /** Sent, and not waited for. */
    RawConnection begin(Door door, String method, String target, String headers, String body) throws IOException {
        return open(door).send(head(door, method, target, headers) + body);
    }

    /** Sent, and begun to be answered. */
    RawConnection within(Door door, String method, String target, String headers, String body) throws IOException {
        RawConnection client = begin(door, method, target, headers, body);
        String head = client.readUntil(END, PATIENCE);
        if (!head.matches("(?s)HTTP/1\\.1 (101|200) .*")) {
            throw new AssertionError(method + " " + target + " is answered with " + head);
        }
        return client;
    }

    /** The whole answer's body. */
    JsonNode ask(Door door, String method, String target, String body) throws IOException {
        String headers = "Connection: close\r\nContent-Type: application/json\r\nContent-Length: " + body.getBytes(StandardCharsets.UTF_8).length + "\r\n";
        try (RawConnection client = begin(door, method, target, headers, body)) {
            String answer = client.readUntil(null, PATIENCE);
            if (!answer.matches("(?s)HTTP/1\\.1 20\\d .*")) {
                throw new AssertionError(method + " " + target + " is answered with " + answer);
            }
            return JSON.readTree(answer.substring(answer.indexOf(END) + END.length()));
        }
    }
}
