package io.gantry.image;

import com.fasterxml.jackson.databind.JavaType;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.view.Items;
import io.gantry.kit.auth.ServiceToken;
import io.gantry.kit.problem.Refused;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/** Asks other services of the platform, as this one. Waits; not for event loops. */
@Singleton
public class Neighbours {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(30);
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT).build();
    private final ServiceToken token;

    @Inject
    Neighbours(ServiceToken token) {
        this.token = token;
    }

    @PreDestroy
    void stop() {
        http.shutdownNow();
    }

    /**
     * What a service lists.
     *
     * @param silent what is thrown when it doesn't, of why
     */
    public <T> List<T> items(String method, URI uri, Class<T> type, Function<String, Refused> silent) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(uri).timeout(ANSWER).header("Authorization", token.header()).header("Accept", "application/json").method(method, BodyPublishers.noBody()).build();
        try {
            HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw silent.apply("it answered with status " + answer.statusCode());
            }
            JavaType items = Json.mapper().getTypeFactory().constructParametricType(Items.class, type);
            return Json.mapper().<Items<T>>readValue(answer.body(), items).items();
        } catch (IOException e) {
            throw silent.apply(e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
        }
    }
}
