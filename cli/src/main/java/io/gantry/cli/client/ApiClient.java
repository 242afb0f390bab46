package io.gantry.cli.client;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.view.Items;
import io.gantry.contracts.view.PathStat;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The public REST API. Paths are without {@code /api/v1}. */
public final class ApiClient {
    private final Connection connection;
    private final Http http;

    public ApiClient(Connection connection) {
        this.connection = connection;
        this.http = new Http(connection.url(), connection.token());
    }

    public <T> T get(String path, Class<T> type) {
        return read(text("GET", path, null), type);
    }

    /** An answer that isn't JSON. */
    public String text(String path) {
        return text("GET", path, null);
    }

    public <T> List<T> list(String path, Class<T> type) {
        if (type == JsonNode.class) {
            return get(path, JsonNode.class).path("items").valueStream().map(type::cast).toList();
        }
        JavaType items = Json.mapper().getTypeFactory().constructParametricType(Items.class, type);
        try {
            return Json.mapper().<Items<T>>readValue(text("GET", path, null), items).items();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static <T> T read(String text, Class<T> type) {
        return type == JsonNode.class ? type.cast(JsonTree.read(text)) : Json.read(text, type);
    }

    /** @param body {@code null} sends none */
    public <T> T post(String path, Object body, Class<T> type) {
        return read(text("POST", path, json(body)), type);
    }

    public void post(String path, Object body) {
        text("POST", path, json(body));
    }

    public <T> T put(String path, Object body, Class<T> type) {
        return read(text("PUT", path, json(body)), type);
    }

    public void patch(String path, Object body) {
        text("PATCH", path, json(body));
    }

    public void delete(String path) {
        text("DELETE", path, null);
    }

    /** What stands at a path in a container, told in the answer's head. */
    public PathStat pathStat(String path) {
        return pathStatIfThere(path).orElseThrow(() -> new IllegalArgumentException("there is nothing at that path in the container"));
    }

    public boolean isThere(String path) {
        try {
            text(path);
            return true;
        } catch (ApiProblem problem) {
            if (problem.status() == 404) {
                return false;
            }
            throw problem;
        }
    }

    public Optional<PathStat> pathStatIfThere(String path) {
        try {
            HttpAnswer answer = exchange("HEAD", path, null);
            String header = answer.header(PathStat.HEADER).orElseThrow(() -> new IllegalStateException("no " + PathStat.HEADER));
            return Optional.of(Json.read(new String(Base64.getUrlDecoder().decode(header), StandardCharsets.UTF_8), PathStat.class));
        } catch (ApiProblem problem) {
            if (problem.status() == 404) {
                return Optional.empty();
            }
            throw problem;
        }
    }

    public void put(String path, InputStream body, String contentType) {
        try {
            exchange("PUT", path, new Http.Body(body, -1, contentType)).body().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The answer as it comes; the caller closes it. */
    public InputStream stream(String method, String path, InputStream body, String contentType) {
        return exchange(method, path, new Http.Body(body, -1, contentType)).body();
    }

    /** As above; the body comes with headers. */
    public InputStream stream(String method, String path, InputStream body, String contentType, Map<String, String> headers) {
        return exchange(method, path, new Http.Body(body, -1, contentType, headers)).body();
    }

    /** The answer to a body of JSON as it comes; the caller closes it. */
    public InputStream stream(String method, String path, Object body) {
        return exchange(method, path, json(body)).body();
    }

    public InputStream stream(String path) {
        return exchange("GET", path, null).body();
    }

    public Frames frames(String path, Frames.Listener listener) {
        return Frames.open(connection.socketAt(path), connection.token(), listener);
    }

    /** One path segment or query value, escaped. */
    public static String escape(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Several path segments, escaped; the slashes between them stay. */
    public static String escapePath(String segments) {
        return escape(segments).replace("%2F", "/");
    }

    private static Http.Body json(Object body) {
        byte[] bytes = body == null ? new byte[0] : Json.write(body).getBytes(StandardCharsets.UTF_8);
        return new Http.Body(new ByteArrayInputStream(bytes), bytes.length, "application/json");
    }

    private String text(String method, String path, Http.Body body) {
        try {
            return exchange(method, path, body).text();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private HttpAnswer exchange(String method, String path, Http.Body body) {
        URI at = connection.at(path);
        try {
            HttpAnswer answer = http.send(method, at.getRawPath() + (at.getRawQuery() == null ? "" : "?" + at.getRawQuery()), body);
            if (answer.status() >= 400) {
                throw ApiProblem.of(answer.status(), answer.header("Content-Type").orElse(""), answer.text());
            }
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
