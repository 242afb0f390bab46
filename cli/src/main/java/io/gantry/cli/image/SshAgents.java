package io.gantry.cli.image;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.cli.client.ApiClient;
import io.gantry.cli.client.ApiProblem;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The ssh agents here that steps of a build may speak to: each connection that a program in a step makes becomes one of ours to the agent. Keys stay in the agent,
 * and nobody but such a step is led to it.
 */
final class SshAgents implements AutoCloseable {
    private static final int FILE_KIND = 0170000;
    private static final int SOCKET = 0140000;
    private static final long PAUSE_MILLIS = 500;
    /** A step that is over has no socket; nor has one, for a moment, whose node's agent begins anew. */
    private static final int REFUSALS = 4;

    private final ApiClient api;
    private final Map<String, Path> sockets;
    private final PrintWriter err;
    private volatile boolean over;

    /** @param sockets of agents, by the ids that the Dockerfile has for them */
    SshAgents(ApiClient api, Map<String, Path> sockets, PrintWriter err) {
        this.api = api;
        this.sockets = sockets;
        this.err = err;
    }

    /**
     * @param options {@code ID} for the agent that {@code SSH_AUTH_SOCK} names, or {@code ID=SOCKET}
     * @throws IllegalArgumentException for one that isn't there
     */
    static Map<String, Path> of(List<String> options, Map<String, String> environment) {
        Map<String, Path> sockets = new LinkedHashMap<>();
        for (String option : options) {
            String[] parts = option.split("=", 2);
            String socket = parts.length == 2 ? parts[1] : environment.getOrDefault("SSH_AUTH_SOCK", "");
            if (socket.isEmpty()) {
                throw new IllegalArgumentException("--ssh " + option + ": SSH_AUTH_SOCK names no agent; begin one with eval $(ssh-agent) and ssh-add, or write --ssh " + parts[0] + "=SOCKET");
            }
            sockets.put(parts[0], checked(option, Path.of(socket)));
        }
        return sockets;
    }

    private static Path checked(String option, Path socket) {
        try {
            int mode = (int) Files.getAttribute(socket, "unix:mode");
            if ((mode & FILE_KIND) != SOCKET) {
                throw new IllegalArgumentException("--ssh " + option + ": " + socket + " is not the socket of an agent; a key is given to one with ssh-add " + socket);
            }
            return socket;
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException("--ssh " + option + ": there is no " + socket + "; is the agent still there?", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Set<String> ids() {
        return sockets.keySet();
    }

    /** A line of the build, in which a step may ask for agents. */
    void hear(JsonNode line) {
        JsonNode asked = line.path("agents");
        String container = asked.path("container").asText();
        for (JsonNode each : asked.path("ids")) {
            String id = each.asText();
            Path socket = sockets.get(id);
            // what wasn't given is never answered, whoever asks
            if (socket != null) {
                Thread.ofVirtual().name("ssh agent " + id).start(() -> serve("/containers/" + ApiClient.escape(container) + "/socket-forward?id=" + ApiClient.escape(id), socket));
            }
        }
    }

    private void serve(String path, Path socket) {
        try {
            for (int refused = 0; !over && refused < REFUSALS; ) {
                try {
                    if (AgentConnection.next(api, path, socket, err)) {
                        refused = 0;
                        continue;
                    }
                } catch (ApiProblem e) {
                    refused++;
                } catch (UncheckedIOException e) {
                    // the gateway isn't there just now
                }
                Thread.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Nobody is led to an agent any more. */
    @Override
    public void close() {
        over = true;
    }
}
