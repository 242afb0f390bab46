package io.gantry.bench;

import io.gantry.bench.hop.Hop;
import io.gantry.bench.hop.HopWatch;
import io.gantry.bench.peer.Engines;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A start over REST, beside the engines that are installed, and where its time goes. The first few starts are a row of their own: a
 * service that has just begun still compiles what a start needs.
 */
final class OverRest {
    private static final int FIRST = 5;
    private static final int WARM_UP = 300;
    private final Platform platform;
    private final Path folder;
    private final Path rootfs;
    private final Map<Hop, List<Double>> hops = new EnumMap<>(Hop.class);
    private final List<Double> first = new ArrayList<>();
    private final List<Double> own = new ArrayList<>();
    private final List<Double> traced = new ArrayList<>();
    private final Map<String, List<Double>> others = new LinkedHashMap<>();

    OverRest(Platform platform, Path folder, Path rootfs) {
        this.platform = platform;
        this.folder = folder;
        this.rootfs = rootfs;
    }

    List<Row> rows(int runs) throws Exception {
        platform.pushImage(rootfs, folder);
        for (int i = 0; i < FIRST; i++) {
            first.add(platform.createAndStart(Optional.empty()).millis());
        }
        for (int i = 0; i < WARM_UP; i++) {
            platform.createAndStart(Optional.empty());
        }
        try (Engines engines = Engines.installed(folder, rootfs)) {
            for (int i = 0; i < runs; i++) {
                own.add(platform.createAndStart(Optional.empty()).millis());
                engines.createAndStart().forEach((peer, millis) -> others.computeIfAbsent(peer, _ -> new ArrayList<>()).add(millis));
            }
        }
        traceHops(runs);
        return report();
    }

    /** Apart from the others: who listens to every topic takes time from those whose hops it listens to. */
    private void traceHops(int runs) throws Exception {
        try (HopWatch watch = new HopWatch(platform.kafka())) {
            for (int i = 0; i < runs; i++) {
                Platform.Started started = platform.createAndStart(Optional.of(watch));
                traced.add(started.millis());
                started.trace().orElseThrow().hops().forEach((hop, millis) -> hops.computeIfAbsent(hop, _ -> new ArrayList<>()).add(millis));
            }
        }
    }

    private List<Row> report() {
        List<Row> rows = new ArrayList<>();
        rows.add(Row.of("REST call to process running", "ms", new Samples(own), Samples.ofEach(others), new Promise.AtMostRatioTo("dockerd", 0.25)));
        rows.add(Row.of("… the first " + FIRST + " of this bench", "ms", new Samples(first), Map.of(), Promise.NONE));
        rows.add(Row.of("… once more, with each hop listened to", "ms", new Samples(traced), Map.of(), Promise.NONE));
        hops.forEach((hop, millis) -> rows.add(Row.of("… " + hop.words(), "ms", new Samples(millis), Map.of(), Promise.NONE)));
        return rows;
    }
}
