package io.gantry.e2e.observe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gantry.check.RestContract;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;

/** The public REST API as any HTTP client sees it: JSON in, JSON out. An answer that the published contract doesn't promise is a failure. */
public final class Rest {
    private static final Duration DEADLINE = Duration.ofMinutes(5);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String url;
    private final String token;
    private RestContract contract;

    public Rest(String url, String token) {
        this.url = url;
        this.token = token;
    }

    public String url() {
        return url;
    }

    public String token() {
        return token;
    }

    public JsonNode get(String path) {
        return call("GET", path, null);
    }

    /** @param json {@code null} sends no body */
    public JsonNode post(String path, String json) {
        return call("POST", path, json);
    }

    /** True when something was there to delete. */
    public boolean deleteIfThere(String path) {
        return send("DELETE", path, null).statusCode() != 404;
    }

    /** An answer of any kind. */
    public HttpResponse<String> answer(String method, String path, String json) {
        return send(method, path, json);
    }

    /** The status it is answered with; 0 when nobody answers. */
    public int status(String method, String path, String json) {
        HttpResponse<String> answer;
        try {
            answer = exchange(method, path, json);
        } catch (StepFailed nobody) {
            return 0;
        }
        return checked(method, path, answer).statusCode();
    }

    private JsonNode call(String method, String path, String json) {
        HttpResponse<String> answer = send(method, path, json);
        if (answer.statusCode() >= 400) {
            throw new StepFailed(method + " " + path + " was answered with " + answer.statusCode() + ": " + answer.body());
        }
        return read(answer.body());
    }

    private HttpResponse<String> send(String method, String path, String json) {
        return checked(method, path, exchange(method, path, json));
    }

    private HttpResponse<String> checked(String method, String path, HttpResponse<String> answer) {
        List<String> wrong =
                contract().wrong(method, path.replaceFirst("\\?.*", ""), answer.statusCode(), answer.headers().firstValue("content-type").orElse(null), answer.body());
        if (!wrong.isEmpty()) {
            throw new StepFailed(String.join("\n", wrong));
        }
        return answer;
    }

    /** As the platform itself publishes it. */
    public synchronized RestContract contract() {
        if (contract == null) {
            contract = new RestContract(read(exchange("GET", "/openapi.json", null).body()));
        }
        return contract;
    }

    private HttpResponse<String> exchange(String method, String path, String json) {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(url + "/api/v1" + path))
                        .timeout(DEADLINE)
                        .header("Authorization", "Bearer " + token)
                        .header("Content-Type", "application/json")
                        .method(method, json == null ? BodyPublishers.noBody() : BodyPublishers.ofString(json))
                        .build();
        try {
            return http.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new StepFailed(method + " " + path + " got no answer: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StepFailed("interrupted", e);
        }
    }

    private static JsonNode read(String body) {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw new StepFailed("the answer is not JSON: " + body, e);
        }
    }
}
