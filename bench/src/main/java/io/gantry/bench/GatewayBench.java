package io.gantry.bench;

import io.gantry.bench.peer.Command;
import io.gantry.bench.peer.Engines;
import io.gantry.bench.peer.Rootfs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What people's tools ask of the gateway: Docker's API beside Docker's own engine, REST under load, and the command line. */
final class GatewayBench {
    /** What isn't compiled yet: rows of their own, without a promise. */
    private static final int FIRST_STARTS = 25;
    private static final int FIRST_EXECS = 5;
    /** What doesn't count: until most of their way is compiled. */
    private static final int STARTS_BEFORE = 1000;
    private static final int EXECS_BEFORE = 400;
    private static final int COPIES_BEFORE = 3;
    private static final int ROUNDS_BEFORE = 6;
    private static final int ROUNDS = 3;
    private static final int MANY = 1000;
    private static final int RUNS_AT_ONCE = 64;
    private static final int BULK_RUNS = 5;
    private static final int WATCHERS = 1000;
    /** 200 MB in lines of 100 bytes. */
    private static final String WRITES_MUCH = "[\"sh\",\"-c\",\"yes 123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789 | head -n 2000000\"]";
    private static final String HAS_MUCH = "[\"sh\",\"-c\",\"head -c 200000000 /dev/zero > /much; echo ready; exec sleep 1000\"]";
    private static final String HAS_NOTHING = "[\"sh\",\"-c\",\"echo ready; exec sleep 1000\"]";
    /** So many different things are read in turn. */
    private static final int READ = 100;
    private static final Duration LOAD = Duration.ofSeconds(5);
    private final Path folder;
    private final int runs;

    GatewayBench(Path folder, int runs) {
        this.folder = folder;
        this.runs = runs;
    }

    /** One measurement of one of the two. */
    private interface Measure {
        double of(DockerCalls docker) throws Exception;
    }

    List<Row> run() throws Exception {
        Platform platform = Platform.ofEnvironment().orElseThrow(() -> new IllegalStateException("no Gantry runs here: ./gantry up first"));
        Path rootfs = Rootfs.make(folder.resolve("rootfs"));
        platform.pushImage(rootfs, folder);
        DockerCalls own = new DockerCalls(Platform.dockerSocket(), Platform.IMAGE);
        List<Row> rows = new ArrayList<>();
        rows.add(row("the first creates and starts", "ms", FIRST_STARTS, own, Optional.empty(), DockerCalls::createAndStart, Promise.NONE));
        own.createAndStartMany(STARTS_BEFORE);
        try (Engines engines = Engines.docker(folder, rootfs)) {
            Optional<DockerCalls> peer = engines.socket("dockerd").map(socket -> new DockerCalls(socket, "gantry-bench:latest"));
            rows.add(row("create and start over Docker's API", "ms", runs, own, peer, DockerCalls::createAndStart, new Promise.AtMostRatioTo("dockerd", 0.15)));
            rows.add(withContainer("the first execs", "ms", FIRST_EXECS, own, Optional.empty(), HAS_NOTHING, DockerCalls::exec, Promise.NONE));
            withContainer("execs before", "ms", EXECS_BEFORE, own, Optional.empty(), HAS_NOTHING, DockerCalls::exec, Promise.NONE);
            rows.add(withContainer("exec of true over Docker's API, to its end", "ms", runs, own, peer, HAS_NOTHING, DockerCalls::exec, new Promise.AtMostRatioTo("dockerd", 0.3)));
            rows.add(logs(own, peer));
            withContainer("copies before", "MB/s", COPIES_BEFORE, own, Optional.empty(), HAS_MUCH, (docker, id) -> docker.copyOut(id, "/much"), Promise.NONE);
            rows.add(withContainer(
                    "docker cp of 200 MB out of a container", "MB/s", BULK_RUNS, own, peer, HAS_MUCH, (docker, id) -> docker.copyOut(id, "/much"), new Promise.AtLeastRatioTo("dockerd", 1)));
            rows.add(row("the first " + RUNS_AT_ONCE + " docker run --rm at once", "1/s", 1, own, Optional.empty(), docker -> docker.runAtOnce(RUNS_AT_ONCE), Promise.NONE));
            for (int i = 0; i < ROUNDS_BEFORE; i++) {
                own.runAtOnce(RUNS_AT_ONCE);
            }
            rows.add(row(RUNS_AT_ONCE + " docker run --rm at once", "1/s", ROUNDS, own, peer, docker -> docker.runAtOnce(RUNS_AT_ONCE), new Promise.AtLeastRatioTo("dockerd", 5)));
            rows.add(ps(own, peer));
            rows.addAll(commandLine(own, peer));
        }
        rows.addAll(rest(platform, own));
        return rows;
    }

    private static Row row(String metric, String unit, int runs, DockerCalls own, Optional<DockerCalls> peer, Measure measure, Promise promise) throws Exception {
        Measured measured = new Measured();
        for (int i = 0; i < runs; i++) {
            measured.ours(measure.of(own));
            if (peer.isPresent()) {
                measured.of("dockerd", measure.of(peer.get()));
            }
        }
        return measured.row(metric, unit, promise);
    }

    private interface Inside {
        double of(DockerCalls docker, String id) throws Exception;
    }

    /** In a container that runs meanwhile, one for all measurements. It says when it has done what it does first. */
    private static Row withContainer(
            String metric, String unit, int runs, DockerCalls own, Optional<DockerCalls> peer, String command, Inside measure, Promise promise) throws Exception {
        String ours = own.running(command);
        String theirs = peer.isPresent() ? peer.get().running(command) : null;
        try {
            own.awaitOutput(ours);
            if (theirs != null) {
                peer.get().awaitOutput(theirs);
            }
            return row(metric, unit, runs, own, peer, docker -> measure.of(docker, docker == own ? ours : theirs), promise);
        } finally {
            own.remove(ours);
            if (theirs != null) {
                peer.get().remove(theirs);
            }
        }
    }

    private static Row logs(DockerCalls own, Optional<DockerCalls> peer) throws Exception {
        String ours = own.running(WRITES_MUCH);
        own.awaitEnd(ours);
        String theirs = null;
        if (peer.isPresent()) {
            theirs = peer.get().running(WRITES_MUCH);
            peer.get().awaitEnd(theirs);
        }
        String other = theirs;
        try {
            return row("docker logs", "MB/s", BULK_RUNS, own, peer, docker -> docker.logs(docker == own ? ours : other), new Promise.AtLeastRatioTo("dockerd", 1));
        } finally {
            own.remove(ours);
            if (other != null) {
                peer.get().remove(other);
            }
        }
    }

    private Row ps(DockerCalls own, Optional<DockerCalls> peer) throws Exception {
        List<String> ours = own.many(MANY);
        List<String> theirs = peer.isPresent() ? peer.get().many(MANY) : List.of();
        try {
            return row("docker ps with " + MANY + " containers", "ms", runs, own, peer, DockerCalls::list, new Promise.AtMostRatioTo("dockerd", 0.5));
        } finally {
            own.removeAll(ours);
            if (peer.isPresent()) {
                peer.get().removeAll(theirs);
            }
        }
    }

    private List<Row> commandLine(DockerCalls own, Optional<DockerCalls> peer) throws Exception {
        List<Row> rows = new ArrayList<>();
        for (String verb : List.of("version", "ps")) {
            Measured measured = new Measured();
            for (int i = 0; i < runs; i++) {
                measured.ours(Command.time(List.of(System.getenv("GANTRY_ROOT") + "/gantry", verb)));
                if (peer.isPresent()) {
                    measured.of("docker client", own.client(verb));
                }
            }
            rows.add(measured.row("gantry " + verb, "ms", new Promise.AtMost(200)));
        }
        return rows;
    }

    private static List<Row> rest(Platform platform, DockerCalls own) throws Exception {
        RestLoad load = platform.load();
        List<String> ids = own.many(READ);
        try {
            return List.of(
                    Row.of("reads of containers over REST, with their token", "1/s", reads(load, ids.stream().map(id -> "/api/v1/containers/" + id).toList()), Map.of(), new Promise.AtLeast(5000)),
                    Row.of("reads of a network over REST, with their token", "1/s", reads(load, List.of("/api/v1/networks/default")), Map.of(), Promise.NONE),
                    Row.of(WATCHERS + " watchers of events that hear nothing", "MiB", new Samples(List.of(load.memoryOfWatchers(WATCHERS, Platform.gatewayPid()))), Map.of(), new Promise.AtMost(50)));
        } finally {
            own.removeAll(ids);
        }
    }

    private static Samples reads(RestLoad load, List<String> paths) throws Exception {
        load.readsPerSecond(paths, LOAD);
        List<Double> reads = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            reads.add(load.readsPerSecond(paths, LOAD));
        }
        return new Samples(reads);
    }
}
