package io.gantry.cli;

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
import picocli.CommandLine;

/** A server that answers as told and remembers what it was asked, and the command line pointed at it. */
final class FakePlatform implements AutoCloseable {
    record Asked(String method, String target, String body, String authorization) {}

    record Ended(int code, String out, String err) {}

    private record Answer(int status, String type, String body) {}

    private static final int BEGINNING = 1 << 20;

    private final HttpServer server;
    private final Map<String, String> environment;
    private final Map<String, Answer> answers = new HashMap<>();
    private final Map<String, Answer> first = new HashMap<>();
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
        server.createContext("/", exchange -> {
            String target = exchange.getRequestURI().toString();
            ByteArrayOutputStream read = new ByteArrayOutputStream();
            read.write(exchange.getRequestBody().readNBytes(BEGINNING));
            if (read.size() == BEGINNING) {
                whenUploading.run();
            }
            exchange.getRequestBody().transferTo(read);
            String body = read.toString(StandardCharsets.UTF_8);
            asked.add(new Asked(exchange.getRequestMethod(), target, body, exchange.getRequestHeaders().getFirst("Authorization")));
            String request = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
            Answer answer = first.containsKey(request) ? first.remove(request) : answers.getOrDefault(request, otherwise);
            byte[] bytes = answer.body.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", answer.type);
            exchange.sendResponseHeaders(answer.status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
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

    Ended run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Map<String, String> all = new HashMap<>(environment);
        all.put("GANTRY_URL", "http://127.0.0.1:" + server.getAddress().getPort() + "/");
        all.put("GANTRY_TOKEN", "secret");
        CommandLine line = Gantry.commandLine(all, arguments);
        line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return new Ended(line.execute(arguments), out.toString(), err.toString());
    }

    List<Asked> asked() {
        return asked;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
