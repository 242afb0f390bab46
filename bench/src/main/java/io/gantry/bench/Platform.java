package io.gantry.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.bench.hop.HopWatch;
import io.gantry.bench.hop.StartTrace;
import io.gantry.bench.peer.Command;
import io.gantry.contracts.envelope.Json;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** The running Gantry. */
final class Platform {
    static final String IMAGE = "gantry-bench/busybox";
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI url;
    private final String token;

    Platform(String url, String token) {
        this.url = URI.create(url);
        this.token = token;
    }

    /** The installation that {@code GANTRY_URL} and {@code GANTRY_TOKEN}, or the token's file in {@code GANTRY_HOME}, name; empty if none runs. */
    static Optional<Platform> ofEnvironment() throws IOException, InterruptedException {
        String url = System.getenv().getOrDefault("GANTRY_URL", "http://127.0.0.1:7080");
        String token = System.getenv("GANTRY_TOKEN");
        Path file = home().resolve("token");
        if (token == null && Files.isReadable(file)) {
            token = Files.readString(file).strip();
        }
        if (token == null) {
            return Optional.empty();
        }
        Platform platform = new Platform(url, token);
        try {
            expect(platform.api("GET", "/api/v1/nodes", BodyPublishers.noBody(), null), 200);
            return Optional.of(platform);
        } catch (ConnectException e) {
            return Optional.empty();
        }
    }

    /** @param trace where the time went, if somebody watched */
    record Started(double millis, Optional<StartTrace> trace) {}

    /** From the REST call to its answer that the container runs; then it is removed. */
    Started createAndStart(Optional<HopWatch> watch) throws IOException, InterruptedException {
        watch.ifPresent(HopWatch::begin);
        Instant asked = Instant.now();
        long begin = System.nanoTime();
        String id = start();
        long nanos = System.nanoTime() - begin;
        Optional<StartTrace> trace = Optional.empty();
        if (watch.isPresent()) {
            JsonNode plan = json(api("GET", "/api/v1/containers/" + id + "/explain", BodyPublishers.noBody(), null), 200);
            Duration planned = Duration.of(plan.path("totalMicros").asLong(), ChronoUnit.MICROS);
            trace = Optional.of(watch.get().trace(id, asked, asked.plusNanos(nanos), planned));
        }
        remove(id);
        return new Started(nanos / 1e6, trace);
    }

    /** Creates one and starts it; its id once it runs. Small, so that a host has room for many. */
    String start() throws IOException, InterruptedException {
        return start(IMAGE);
    }

    /** As {@link #start()}, of that image. */
    String start(String image) throws IOException, InterruptedException {
        String body =
                """
                {"start": true, "spec": {"image": "%s", "command": ["sleep", "1000"], "stop": {"grace": "PT0S"}, "resources": {"memory": 33554432}}}"""
                        .formatted(image);
        JsonNode container = json(api("POST", "/api/v1/containers", BodyPublishers.ofString(body), "application/json"), 201);
        if (!container.path("state").asText().equals("RUNNING")) {
            throw new IOException("expected RUNNING, got " + container);
        }
        return container.path("id").asText();
    }

    void remove(String id) throws IOException, InterruptedException {
        api("DELETE", "/api/v1/containers/" + id + "?force=true", BodyPublishers.noBody(), null);
    }

    /** What skopeo is told of its registry. */
    List<String> skopeoOptions() {
        return List.of("--dest-tls-verify=false", "--dest-creds=gantry:" + token);
    }

    /** The header that its registry wants. */
    String registryAuthorization() {
        return "Basic " + Base64.getEncoder().encodeToString(("gantry:" + token).getBytes(StandardCharsets.UTF_8));
    }

    /** {@code 127.0.0.1:7080} */
    String registry() {
        return url.getAuthority();
    }

    /** Many clients at once. */
    RestLoad load() {
        return new RestLoad(url, token);
    }

    /** Where it listens for Docker's clients. */
    static Path dockerSocket() {
        return home().resolve("docker.sock").toAbsolutePath();
    }

    /** Where the pids of its processes are, each in a file of its name. */
    static Path pids() {
        return home().resolve("pids");
    }

    private static Path home() {
        return Path.of(System.getenv().getOrDefault("GANTRY_HOME", ".gantry"));
    }

    /** The pid of the process that the gateway runs in: the services' one, if they are one. */
    static long gatewayPid() throws IOException {
        Path platform = pids().resolve("platform");
        Path file = Files.exists(platform) ? platform : pids().resolve("gateway");
        return Long.parseLong(Files.readString(file).split(" ")[0]);
    }

    /** Where its Kafka listens. */
    String kafka() {
        return System.getenv().getOrDefault("GANTRY_KAFKA", url.getHost() + ":" + (url.getPort() + 12));
    }

    /** Pushes a busybox image through the registry API. */
    void pushImage(Path rootfs, Path folder) throws IOException, InterruptedException {
        Path tar = folder.resolve("layer.tar");
        Command.run("tar", "--owner=0", "--group=0", "--numeric-owner", "-C", rootfs.toString(), "-cf", tar.toString(), ".");
        byte[] layer = Files.readAllBytes(tar);
        ObjectNode config = Json.mapper().createObjectNode().put("architecture", "amd64").put("os", "linux");
        config.putObject("config").putArray("Cmd").add("sh");
        config.putObject("rootfs").put("type", "layers").putArray("diff_ids").add(digest(layer));
        byte[] configBytes = config.toString().getBytes(StandardCharsets.UTF_8);
        pushBlob(layer);
        pushBlob(configBytes);
        ObjectNode manifest = Json.mapper().createObjectNode().put("schemaVersion", 2);
        manifest.put("mediaType", "application/vnd.oci.image.manifest.v1+json");
        manifest.putObject("config")
                .put("mediaType", "application/vnd.oci.image.config.v1+json")
                .put("digest", digest(configBytes))
                .put("size", configBytes.length);
        manifest.putArray("layers")
                .addObject()
                .put("mediaType", "application/vnd.oci.image.layer.v1.tar")
                .put("digest", digest(layer))
                .put("size", layer.length);
        expect(
                registry("PUT", "/v2/" + IMAGE + "/manifests/latest", BodyPublishers.ofString(manifest.toString()), "application/vnd.oci.image.manifest.v1+json"),
                201);
    }

    private void pushBlob(byte[] blob) throws IOException, InterruptedException {
        HttpResponse<String> begun = registry("POST", "/v2/" + IMAGE + "/blobs/uploads/", BodyPublishers.noBody(), null);
        expect(begun, 202);
        String location = begun.headers().firstValue("location").orElseThrow();
        String separator = location.contains("?") ? "&" : "?";
        expect(
                registry("PUT", location + separator + "digest=" + digest(blob), BodyPublishers.ofByteArray(blob), "application/octet-stream"),
                201);
    }

    private HttpResponse<String> api(String method, String path, BodyPublisher body, String type) throws IOException, InterruptedException {
        return send(method, path, body, type, "Bearer " + token);
    }

    private HttpResponse<String> registry(String method, String path, BodyPublisher body, String type) throws IOException, InterruptedException {
        return send(method, path, body, type, registryAuthorization());
    }

    private HttpResponse<String> send(String method, String path, BodyPublisher body, String type, String authorization)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(url.resolve(path)).method(method, body).header("Authorization", authorization);
        if (type != null) {
            request.header("Content-Type", type);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> response, int status) throws IOException {
        expect(response, status);
        return Json.read(response.body(), JsonNode.class);
    }

    private static void expect(HttpResponse<String> response, int status) throws IOException {
        if (response.statusCode() != status) {
            throw new IOException(response.request().method() + " " + response.uri() + " answered " + response.statusCode() + ": " + response.body());
        }
    }

    private static String digest(byte[] bytes) {
        try {
            return "sha256:" + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
