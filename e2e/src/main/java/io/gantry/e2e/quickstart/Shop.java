package io.gantry.e2e.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.e2e.observe.Expect;
import io.gantry.e2e.observe.SteadyClient;
import io.gantry.e2e.observe.StepFailed;
import io.gantry.e2e.stage.Host;
import io.gantry.e2e.stage.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** What is deployed: nginx that answers with its revision and its own host name. */
final class Shop {
    static final String BASE = "quickstart/nginx:base";
    static final String IMAGE = "quickstart/shop:live";
    static final String NAME = "shop";
    static final int PORT = 8080;
    static final long MEMORY_BYTES = 64L << 20;
    static final int MILLI_CPU = 250;

    private Shop() {}

    /** The published port on this installation. */
    static int port(Stage stage) {
        return stage.port(PORT);
    }

    /** Builds that revision through image-service; the push of the tag is the build's end. */
    static void build(Stage stage, int revision, Consumer<String> tell) throws IOException {
        Path folder = Files.createDirectories(stage.home().resolve("quickstart/shop-" + revision));
        Files.writeString(
                folder.resolve("Dockerfile"),
                """
                FROM %s
                COPY shop.conf /etc/nginx/nginx.conf
                RUN nginx -t && echo %d > /etc/shop-revision
                STOPSIGNAL SIGQUIT
                EXPOSE 80
                CMD ["nginx", "-g", "daemon off;"]
                """
                        .formatted(BASE, revision));
        Files.writeString(
                folder.resolve("shop.conf"),
                """
                worker_processes 1;
                error_log stderr;
                pid /run/nginx.pid;
                events { worker_connections 256; }
                http {
                    access_log /dev/stdout;
                    server {
                        listen 80;
                        location / { return 200 "revision %d from $hostname\\n"; }
                    }
                }
                """
                        .formatted(revision));
        stage.commands().stream(tell, null, stage.gantryCommand("build", "-t", IMAGE, folder.toString()));
    }

    /** One request to that host's published port, which must be answered. */
    static String fetch(Stage stage, Host host) {
        SteadyClient.Asked asked = SteadyClient.once(host.at(port(stage), "/"));
        Expect.that(asked.ok(), "port " + port(stage) + " on " + host.name() + " did not answer: " + asked.answer());
        return asked.answer();
    }

    /** Who answers, asking through that host until all have, or so many requests were made. */
    static Set<String> answers(Stage stage, Host host, int replicas) {
        Set<String> names = new TreeSet<>();
        for (int i = 0; i < replicas * 20 && names.size() < replicas; i++) {
            names.add(fetch(stage, host).replaceFirst("^revision \\d+ from ", ""));
        }
        if (names.size() != replicas) {
            throw new StepFailed("answers came from " + names.size() + " replicas, not " + replicas + ": " + names);
        }
        return names;
    }

    static Set<String> nodes(JsonNode deployment) {
        Set<String> nodes = new TreeSet<>();
        deployment.path("replicas").forEach(replica -> nodes.add(replica.path("node").asText()));
        return nodes;
    }
}
