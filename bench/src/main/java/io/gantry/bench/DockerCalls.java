package io.gantry.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.bench.peer.Command;
import io.gantry.bench.peer.UnixHttp;
import io.gantry.contracts.envelope.Json;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** What clients of Docker's API do, against whoever answers at a socket. All are asked for the same, byte by byte. */
final class DockerCalls {
    private static final String VERSION = "/v1.41";
    private static final int AT_ONCE = 8;
    private static final int MEMORY = 32 << 20;
    /** Of those that only lie there: a node has room for a thousand. */
    private static final int LITTLE_MEMORY = 8 << 20;
    private final Path socket;
    private final UnixHttp http;
    private final String image;

    DockerCalls(Path socket, String image) {
        this.socket = socket;
        this.http = new UnixHttp(socket);
        this.image = image;
    }

    /** Milliseconds of the two calls; then it is removed. */
    double createAndStart() throws IOException {
        long begin = System.nanoTime();
        String id = create("[\"sleep\",\"1000\"]", "bridge", MEMORY);
        start(id);
        double millis = millisSince(begin);
        remove(id);
        return millis;
    }

    /** So many, several at once. */
    void createAndStartMany(int count) throws Exception {
        each(Collections.nCopies(count, this::createAndStart), AT_ONCE);
    }

    /** A container that runs, on no network. */
    String running(String command) throws IOException {
        String id = create(command, "none", MEMORY);
        start(id);
        return id;
    }

    private String create(String command, String network, int memory) throws IOException {
        String body = "{\"Image\":\"%s\",\"Cmd\":%s,\"HostConfig\":{\"NetworkMode\":\"%s\",\"Memory\":%d}}".formatted(image, command, network, memory);
        return Json.read(http.call("POST", VERSION + "/containers/create", body), JsonNode.class).path("Id").asText();
    }

    private void start(String id) throws IOException {
        http.call("POST", VERSION + "/containers/" + id + "/start", null);
    }

    void remove(String id) throws IOException {
        http.call("DELETE", VERSION + "/containers/" + id + "?force=1", null);
    }

    /** Until it has ended, and its exit code is known. */
    void awaitEnd(String id) throws IOException {
        http.call("POST", VERSION + "/containers/" + id + "/wait", null);
    }

    /** Until it has written something. */
    void awaitOutput(String id) throws IOException {
        http.awaitBody("GET", VERSION + "/containers/" + id + "/logs?stdout=1&follow=1");
    }

    /** Milliseconds from making the command to the end of its output. */
    double exec(String id) throws IOException {
        long begin = System.nanoTime();
        String exec = Json.read(http.call("POST", VERSION + "/containers/" + id + "/exec", "{\"AttachStdout\":true,\"Cmd\":[\"true\"]}"), JsonNode.class).path("Id").asText();
        http.call("POST", VERSION + "/exec/" + exec + "/start", "{\"Detach\":false,\"Tty\":false}");
        return millisSince(begin);
    }

    /** Milliseconds until an image of another registry is here. */
    double pull(String name) throws IOException {
        long begin = System.nanoTime();
        String progress = http.call("POST", VERSION + "/images/create?fromImage=" + name + "&tag=latest", null);
        double millis = millisSince(begin);
        if (progress.contains("\"error\"")) {
            throw new IOException("pull of " + name + ": " + progress);
        }
        return millis;
    }

    /**
     * Milliseconds of a build by the engine's classic builder.
     *
     * @param context a tar with a Dockerfile
     * @param base of its {@code ARG BASE}
     */
    double build(byte[] context, String tag, String base) throws IOException {
        String arguments = URLEncoder.encode("{\"BASE\":\"" + base + "\"}", StandardCharsets.UTF_8);
        long begin = System.nanoTime();
        UnixHttp.Answer answer = http.send("POST", VERSION + "/build?rm=1&t=" + tag + "&buildargs=" + arguments, "application/x-tar", context);
        double millis = millisSince(begin);
        if (answer.status() != 200 || answer.body().contains("\"error\"")) {
            throw new IOException("build on " + base + ": " + answer.body());
        }
        return millis;
    }

    void removeImage(String name) throws IOException {
        http.call("DELETE", VERSION + "/images/" + name + "?force=1", null);
    }

    /** Milliseconds of the list of all there are. */
    double list() throws IOException {
        long begin = System.nanoTime();
        http.drain("GET", VERSION + "/containers/json?all=1");
        return millisSince(begin);
    }

    /** MB of the answer a second. */
    double logs(String id) throws IOException {
        return rate(VERSION + "/containers/" + id + "/logs?stdout=1");
    }

    /** MB of the answer a second. */
    double copyOut(String id, String path) throws IOException {
        return rate(VERSION + "/containers/" + id + "/archive?path=" + path);
    }

    private double rate(String path) throws IOException {
        long begin = System.nanoTime();
        long bytes = http.drain("GET", path);
        return bytes / 1e3 / millisSince(begin);
    }

    /** That many, which don't run. @return their ids */
    List<String> many(int count) throws Exception {
        return each(Collections.nCopies(count, () -> create("[\"true\"]", "none", LITTLE_MEMORY)), AT_ONCE);
    }

    void removeAll(List<String> ids) throws Exception {
        each(ids.stream().<Callable<String>>map(id -> () -> {
            remove(id);
            return id;
        }).toList(), AT_ONCE);
    }

    /** So many {@code docker run --rm}, by its own client, all at once. @return how many a second */
    double runAtOnce(int count) throws Exception {
        long begin = System.nanoTime();
        each(Collections.nCopies(count, () -> Command.run(
                "docker", "-H", "unix://" + socket, "run", "--rm", "--network", "none", image, "true")), count);
        return count / (millisSince(begin) / 1e3);
    }

    /** Milliseconds of a call of the client. */
    double client(String verb) throws IOException, InterruptedException {
        return Command.time(List.of("docker", "-H", "unix://" + socket, verb));
    }

    private static <T> List<T> each(List<? extends Callable<T>> work, int atOnce) throws Exception {
        try (ExecutorService workers = Executors.newFixedThreadPool(atOnce)) {
            List<T> results = new ArrayList<>();
            for (Future<T> each : workers.invokeAll(work)) {
                results.add(each.get());
            }
            return results;
        }
    }

    private static double millisSince(long begin) {
        return (System.nanoTime() - begin) / 1e6;
    }
}
