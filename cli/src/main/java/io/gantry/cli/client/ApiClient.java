package io.gantry.cli.client;

import com.fasterxml.jackson.databind.JavaType;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.view.Items;
import io.gantry.contracts.view.PathStat;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** The public REST API. Paths are without {@code /api/v1}. */
public final class ApiClient {
    private static final Duration CONNECT = Duration.ofSeconds(5);

    private final Connection connection;
    private final HttpClient http;

    public ApiClient(Connection connection) {
        this.connection = connection;
        HttpClient.Builder builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT);
        this.http = (connection.url().getScheme().equals("https") ? builder : builder.sslContext(trustingNobody())).build();
    }

    /** A client makes a TLS context whether it needs one or not; reading the machine's authorities for it takes a tenth of a second. */
    private static SSLContext trustingNobody() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[0], new TrustManager[0], null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no TLS", e);
        }
    }

    public <T> T get(String path, Class<T> type) {
        return Json.read(text("GET", path, BodyPublishers.noBody()), type);
    }

    /** An answer that isn't JSON. */
    public String text(String path) {
        return text("GET", path, BodyPublishers.noBody());
    }

    public <T> List<T> list(String path, Class<T> type) {
        JavaType items = Json.mapper().getTypeFactory().constructParametricType(Items.class, type);
        try {
            return Json.mapper().<Items<T>>readValue(text("GET", path, BodyPublishers.noBody()), items).items();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param body {@code null} sends none */
    public <T> T post(String path, Object body, Class<T> type) {
        return Json.read(text("POST", path, json(body)), type);
    }

    public void post(String path, Object body) {
        text("POST", path, json(body));
    }

    public <T> T put(String path, Object body, Class<T> type) {
        return Json.read(text("PUT", path, json(body)), type);
    }

    public void patch(String path, Object body) {
        text("PATCH", path, json(body));
    }

    public void delete(String path) {
        text("DELETE", path, BodyPublishers.noBody());
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
            HttpResponse<InputStream> answer = exchange("HEAD", path, BodyPublishers.noBody(), null);
            String header = answer.headers().firstValue(PathStat.HEADER).orElseThrow(() -> new IllegalStateException("no " + PathStat.HEADER));
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
            send("PUT", path, BodyPublishers.ofInputStream(() -> body), contentType).close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The answer as it comes; the caller closes it. */
    public InputStream stream(String method, String path, BodyPublisher body, String contentType) {
        return send(method, path, body, contentType);
    }

    public InputStream stream(String path) {
        return send("GET", path, BodyPublishers.noBody(), null);
    }

    public Frames frames(String path, Frames.Listener listener) {
        return Frames.open(http, connection.socketAt(path), connection.token(), listener);
    }

    /** One path segment or query value, escaped. */
    public static String escape(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Several path segments, escaped; the slashes between them stay. */
    public static String escapePath(String segments) {
        return escape(segments).replace("%2F", "/");
    }

    private static BodyPublisher json(Object body) {
        return body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(Json.write(body));
    }

    private String text(String method, String path, BodyPublisher body) {
        try (InputStream answer = send(method, path, body, "application/json")) {
            return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private InputStream send(String method, String path, BodyPublisher body, String contentType) {
        return exchange(method, path, body, contentType).body();
    }

    private HttpResponse<InputStream> exchange(String method, String path, BodyPublisher body, String contentType) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(connection.at(path))
                        .method(method, body)
                        .header("Authorization", "Bearer " + connection.token());
        if (contentType != null) {
            request.header("Content-Type", contentType);
        }
        try {
            HttpResponse<InputStream> response = http.send(request.build(), BodyHandlers.ofInputStream());
            if (response.statusCode() >= 400) {
                throw problem(response);
            }
            return response;
        } catch (ConnectException e) {
            throw new UncheckedIOException(
                    new IOException("nothing answers at " + connection.url() + "; is it running? See ./gantry status", e));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + method + " " + path, e);
        }
    }

    private static ApiProblem problem(HttpResponse<InputStream> response) throws IOException {
        return ApiProblem.of(response, new String(response.body().readAllBytes(), StandardCharsets.UTF_8));
    }
}
