package io.gantry.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import picocli.CommandLine;

/** A server that answers as told and remembers what it was asked, and the command line pointed at it. */
final class FakePlatform implements AutoCloseable {
    /** @param logins at other registries, {@code null} if none came */
    record Asked(String method, String target, String body, String authorization, String logins) {}

    record Ended(int code, String out, String err) {}

    private record Answer(int status, String type, String body) {}

    private static final int BEGINNING = 1 << 20;

    private final HttpServer server;
    private final Map<String, String> environment;
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final Map<String, Answer> first = new ConcurrentHashMap<>();
    private final Map<String, BlockingQueue<String>> streams = new ConcurrentHashMap<>();
    private final List<Asked> asked = new ArrayList<>();
    private volatile Runnable whenUploading = () -> {};
    private Answer otherwise = new Answer(404, "text/plain", "not told to the fake");

    FakePlatform() {
        this(Map.of());
    }

    /** @param environment of the command line beside where the platform is */
    FakePlatform(Map<String, String> environment) {
        this.environment = environment;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            String target = exchange.getRequestURI().toString();
            ByteArrayOutputStream read = new ByteArrayOutputStream();
            read.write(exchange.getRequestBody().readNBytes(BEGINNING));
            if (read.size() == BEGINNING) {
                whenUploading.run();
            }
            exchange.getRequestBody().transferTo(read);
            String body = read.toString(StandardCharsets.UTF_8);
            synchronized (asked) {
                asked.add(new Asked(exchange.getRequestMethod(), target, body, exchange.getRequestHeaders().getFirst("Authorization"), exchange.getRequestHeaders().getFirst("X-Registry-Config")));
                asked.notifyAll();
            }
            String request = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
            if (streams.containsKey(request)) {
                stream(exchange, streams.get(request));
                return;
            }
            Answer answer = first.containsKey(request) ? first.remove(request) : answers.getOrDefault(request, otherwise);
            byte[] bytes = answer.body.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", answer.type);
            exchange.sendResponseHeaders(answer.status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
    }

    private static void stream(HttpExchange exchange, BlockingQueue<String> parts) throws IOException {
        try (exchange) {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().flush();
            for (String part = parts.take(); !part.isEmpty(); part = parts.take()) {
                exchange.getResponseBody().write(part.getBytes(StandardCharsets.UTF_8));
                exchange.getResponseBody().flush();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What is put into the answer is sent at once; it ends with an empty part. */
    BlockingQueue<String> streams(String request) {
        BlockingQueue<String> parts = new LinkedBlockingQueue<>();
        streams.put(request, parts);
        return parts;
    }

    FakePlatform answers(String request, String json) {
        answers.put(request, new Answer(200, "application/json", json));
        return this;
    }

    /** Once; then what {@link #answers} says. */
    FakePlatform answersFirst(String request, String json) {
        first.put(request, new Answer(200, "application/json", json));
        return this;
    }

    FakePlatform refuses(String request, int status, String problem) {
        answers.put(request, new Answer(status, "application/problem+json", problem));
        return this;
    }

    /** Done when the first MiB of a body has come, before more of it is read. */
    FakePlatform whenUploading(Runnable done) {
        whenUploading = done;
        return this;
    }

    FakePlatform answersAll(String json) {
        otherwise = new Answer(200, "application/json", json);
        return this;
    }

    FakePlatform refusesAll(int status, String problem) {
        otherwise = new Answer(status, "application/problem+json", problem);
        return this;
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    }

    Ended run(String... arguments) {
        Map<String, String> all = new HashMap<>(environment);
        all.put("GANTRY_URL", url());
        all.put("GANTRY_TOKEN", "secret");
        return run(all, arguments);
    }

    static Ended run(Map<String, String> environment, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = Gantry.commandLine(environment, arguments);
        line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return new Ended(line.execute(arguments), out.toString(), err.toString());
    }

    /** Until that path was asked so often. */
    void awaitAsked(String path, int times) throws InterruptedException {
        synchronized (asked) {
            while (asked.stream().filter(one -> one.target().replaceFirst("\\?.*", "").equals(path)).count() < times) {
                asked.wait();
            }
        }
    }

    List<Asked> asked() {
        return asked;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
