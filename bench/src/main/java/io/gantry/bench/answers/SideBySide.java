package io.gantry.bench.answers;

import io.gantry.bench.peer.Command;
import io.gantry.bench.peer.Engines;
import io.gantry.bench.peer.UnixHttp;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The same conversation with Gantry and with Docker's own engine. */
public final class SideBySide {
    /** Debian's Docker engine is of 20.10 and speaks no newer one. */
    private static final String VERSION = "/v1.41";

    private SideBySide() {}

    /**
     * @param compared so many values of their answers
     * @param missing what no row of the page explains
     * @param outdated what a row of the page explains and isn't so
     */
    public record Outcome(int requests, int compared, int explained, List<String> missing, List<String> outdated) {
        public boolean good() {
            return missing.isEmpty();
        }

        public String text() {
            StringBuilder text = new StringBuilder("%d requests, %d values compared, %d differ and are explained%n".formatted(requests, compared, explained));
            missing.forEach(one -> text.append("differs, and no row says why: ").append(one).append('\n'));
            outdated.forEach(one -> text.append("the same by now, so that its row can go: ").append(one).append('\n'));
            return text.toString();
        }
    }

    /**
     * @param socket of the running Gantry for Docker's clients
     * @param image that it has; the engine gets the very same
     * @param page with the table of known differences
     */
    public static Outcome compare(Path socket, String image, Path folder, Path rootfs, String page) throws Exception {
        Explained explained = Explained.read(page);
        try (Engines engines = Engines.docker(folder, rootfs)) {
            Path docker = engines.socket("dockerd").orElseThrow(() -> new IllegalStateException("dockerd isn't installed here, so that there is nothing to compare with"));
            shareImage(socket, docker, image, folder);
            List<Difference> differences = new ArrayList<>();
            int values = 0;
            Map<String, String> keptHere = new HashMap<>();
            Map<String, String> keptThere = new HashMap<>();
            for (Exchange exchange : Conversation.all()) {
                Facts here = ask(socket, exchange, keptHere);
                Facts there = ask(docker, exchange, keptThere);
                differences.addAll(Difference.between(exchange.what(), here, there));
                values += there.byPlace().size();
            }
            Command.run("docker", "-H", "unix://" + socket, "rmi", Conversation.IMAGE);
            List<Difference> missing = explained.missing(differences);
            return new Outcome(
                    Conversation.all().size(), values, differences.size() - missing.size(), missing.stream().map(Difference::toString).toList(), explained.outdated(differences));
        }
    }

    private static void shareImage(Path socket, Path docker, String image, Path folder) throws IOException, InterruptedException {
        String tar = folder.resolve("shared.tar").toString();
        Command.run("docker", "-H", "unix://" + socket, "tag", image, Conversation.IMAGE);
        Command.run("docker", "-H", "unix://" + socket, "save", "-o", tar, Conversation.IMAGE);
        Command.run("docker", "-H", "unix://" + docker, "load", "-i", tar);
    }

    private static Facts ask(Path socket, Exchange exchange, Map<String, String> kept) throws IOException {
        String path = exchange.path();
        for (Map.Entry<String, String> one : kept.entrySet()) {
            path = path.replace("{" + one.getKey() + "}", one.getValue());
        }
        UnixHttp.Answer answer = new UnixHttp(socket).send(exchange.method(), VERSION + path, exchange.body());
        if (exchange.keep() != null) {
            kept.put(exchange.keep(), answer.body().replaceFirst("(?s).*\"Id\" *: *\"([0-9a-f]+)\".*", "$1"));
        }
        return Facts.of(answer);
    }
}
