package io.gantry.bench;

import io.gantry.bench.hop.Hop;
import io.gantry.bench.hop.HopWatch;
import io.gantry.bench.peer.Engines;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A start over REST, beside the engines that are installed, and where its time goes. The first few starts are a row of their own: a
 * service that has just begun still compiles what a start needs.
 */
final class OverRest {
    private static final int FIRST = 5;
    private static final int WARM_UP = 300;
    private static final int BURSTS = 5;
    private static final int BURST = 50;
    private static final int AT_ONCE = 8;
    /** Within it, what the last burst's removal left to be done is done. */
    private static final Duration PAUSE = Duration.ofSeconds(2);
    private final Platform platform;
    private final Path folder;
    private final Path rootfs;
    private final Map<Hop, List<Double>> hops = new EnumMap<>(Hop.class);
    private final List<Double> first = new ArrayList<>();
    private final List<Double> own = new ArrayList<>();
    private final List<Double> rates = new ArrayList<>();
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
        for (int i = 0; i < BURSTS; i++) {
            Thread.sleep(PAUSE);
            rates.add(burst());
        }
        return report();
    }

    /** So many a second. */
    private double burst() throws Exception {
        try (ExecutorService workers = Executors.newFixedThreadPool(AT_ONCE)) {
            long begin = System.nanoTime();
            List<String> all = each(workers, Collections.nCopies(BURST, platform::start));
            double rate = BURST / ((System.nanoTime() - begin) / 1e9);
            each(workers, all.stream().<Callable<Void>>map(id -> () -> remove(id)).toList());
            return rate;
        }
    }

    private Void remove(String id) throws Exception {
        platform.remove(id);
        return null;
    }

    private static <T> List<T> each(ExecutorService workers, List<? extends Callable<T>> work) throws Exception {
        List<T> results = new ArrayList<>();
        for (Future<T> each : workers.invokeAll(work)) {
            results.add(each.get());
        }
        return results;
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
        rows.add(Row.of(BURST + " starts over REST, " + AT_ONCE + " at once", "1/s", new Samples(rates), Map.of(), new Promise.AtLeast(60)));
        rows.add(Row.of("… once more, with each hop listened to", "ms", new Samples(traced), Map.of(), Promise.NONE));
        hops.forEach((hop, millis) -> rows.add(Row.of("… " + hop.words(), "ms", new Samples(millis), Map.of(), Promise.NONE)));
        return rows;
    }
}
