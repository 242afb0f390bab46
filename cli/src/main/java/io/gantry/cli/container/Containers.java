package io.gantry.cli.container;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.cli.client.ApiClient;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.view.ContainerRequest;
import io.gantry.contracts.view.ContainerView;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The containers of the REST API; a reference is a name, an id or an id's unique beginning. */
final class Containers {
    private final ApiClient api;

    Containers(ApiClient api) {
        this.api = api;
    }

    static String path(String reference) {
        return "/containers/" + ApiClient.escape(reference);
    }

    static String attach(String reference, boolean input) {
        return path(reference) + "/attach?stdout=true&stderr=true&stdin=" + input;
    }

    static String shortId(ContainerView container) {
        return container.id().value().substring(0, 12);
    }

    /** @param all those that don't run, too */
    static String all(boolean all) {
        return "/containers?all=" + all;
    }

    List<ContainerView> list(boolean all) {
        return api.list(all(all), ContainerView.class);
    }

    ContainerView create(ContainerRequest request) {
        return api.post("/containers", request, ContainerView.class);
    }

    ContainerView find(String reference) {
        return api.get(path(reference), ContainerView.class);
    }

    /**
     * Returns when it has ended.
     *
     * @return its exit code
     * @throws IllegalArgumentException when it could not be started; the message says why
     */
    int await(String reference) {
        return exitCode(api.stream(path(reference) + "/wait"));
    }

    /** Begun when this returns: an answer for {@link #exitCode} that comes when it has ended and is removed. */
    InputStream removal(String reference) {
        return api.stream(path(reference) + "/wait?condition=removed");
    }

    /** Returns when the answer has come, as {@link #await} does. */
    static int exitCode(InputStream answer) {
        JsonNode ended = Json.read(text(answer), JsonNode.class);
        if (ended.hasNonNull("error")) {
            throw new IllegalArgumentException(ended.path("error").asText());
        }
        return ended.path("exitCode").asInt();
    }

    private static String text(InputStream answer) {
        try (answer) {
            return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void start(String reference) {
        api.post(path(reference) + "/start", null);
    }

    /** @param volumes those that were made for it alone, too */
    void remove(String reference, boolean force, boolean volumes) {
        api.delete(path(reference) + "?force=" + force + (volumes ? "&volumes=true" : ""));
    }
}
