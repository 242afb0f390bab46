package io.gantry.bench;

import io.gantry.agent.execute.RuntimeSettings;
import io.gantry.bench.peer.Command;
import io.gantry.bench.peer.OciRuntime;
import io.gantry.bench.peer.Rootfs;
import io.gantry.contracts.id.ContainerId;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** What the agent costs, without services: starts, further commands, many at once, and what idle containers take. */
final class AgentBench {
    private static final int WARM_UP = 100;
    private static final int BURST = 50;
    private static final int AT_ONCE = 8;
    private static final int IDLE = 500;
    private static final int FEW = 10;
    private static final long SETTLED = 5000;
    private final Path folder;
    private final int runs;

    AgentBench(Path folder, int runs) {
        this.folder = folder;
        this.runs = runs;
    }

    List<Row> run() throws Exception {
        Path rootfs = Rootfs.make(folder.resolve("rootfs"));
        Map<String, OciRuntime> peers = new LinkedHashMap<>();
        for (String name : List.of("crun", "runc")) {
            if (Command.installed(name)) {
                peers.put(name, new OciRuntime(name, folder, rootfs));
            }
        }
        List<Row> rows = new ArrayList<>();
        try (AgentAlone agent = new AgentAlone(folder.resolve("parked"), rootfs, IDLE + 120, 60, RuntimeSettings.DEFAULT_LOG_BYTES)) {
            for (int i = 0; i < WARM_UP; i++) {
                agent.runTrue();
            }
            rows.addAll(starts(agent, peers));
            rows.addAll(withRefill(agent));
            rows.add(burst(agent));
            rows.addAll(execs(agent, peers));
            rows.addAll(idle(agent));
        }
        try (AgentAlone agent = new AgentAlone(folder.resolve("anew"), rootfs, 64, 0, RuntimeSettings.DEFAULT_LOG_BYTES)) {
            rows.add(anew(agent, peers));
        }
        rows.addAll(new LogRows(folder, rootfs).rows());
        return rows;
    }

    private List<Row> starts(AgentAlone agent, Map<String, OciRuntime> peers) throws Exception {
        List<Double> start = new ArrayList<>();
        List<Double> answered = new ArrayList<>();
        List<Double> total = new ArrayList<>();
        List<Double> remove = new ArrayList<>();
        StepTimes steps = new StepTimes();
        Map<String, List<Double>> others = new LinkedHashMap<>();
        for (int i = 0; i < runs; i++) {
            agent.awaitParked();
            AgentAlone.Times times = agent.runTrue();
            if (!times.parked()) {
                throw new IllegalStateException("none was parked though all were ready");
            }
            start.add(times.start());
            answered.add(times.answered());
            total.add(times.total());
            remove.add(times.remove());
            steps.add(times.steps());
            for (var peer : peers.entrySet()) {
                others.computeIfAbsent(peer.getKey(), _ -> new ArrayList<>()).add(peer.getValue().runOnce());
            }
        }
        List<Row> rows = new ArrayList<>();
        Promise quick = new Promise.Both(new Promise.AtMost(3), new Promise.AtMostRatioTo("crun", 0.5));
        rows.add(Row.of("start from a parked process: plan to exec", "ms", new Samples(start), Samples.ofEach(others), quick));
        rows.addAll(steps.longest());
        rows.add(Row.of("start from a parked process: plan to its answer", "ms", new Samples(answered), Map.of(), Promise.NONE));
        rows.add(Row.of("start from a parked process: plan to exit of true seen", "ms", new Samples(total), Samples.ofEach(others), Promise.NONE));
        rows.add(Row.of("stop and remove of an ended container", "ms", new Samples(remove), Map.of(), new Promise.AtMost(3)));
        return rows;
    }

    private Row anew(AgentAlone agent, Map<String, OciRuntime> peers) throws Exception {
        List<Double> start = new ArrayList<>();
        Map<String, List<Double>> others = new LinkedHashMap<>();
        for (int i = -5; i < runs; i++) {
            double millis = agent.runTrue().start();
            if (i >= 0) {
                start.add(millis);
                for (var peer : peers.entrySet()) {
                    others.computeIfAbsent(peer.getKey(), _ -> new ArrayList<>()).add(peer.getValue().runOnce());
                }
            }
        }
        return Row.of("start when none is parked: plan to exec", "ms", new Samples(start), Samples.ofEach(others), new Promise.AtMost(15));
    }

    /** One after the other, each as soon as the last was removed. */
    private List<Row> withRefill(AgentAlone agent) throws Exception {
        agent.awaitParked();
        List<Double> start = new ArrayList<>();
        int hits = 0;
        for (int i = 0; i < 300; i++) {
            AgentAlone.Times times = agent.runTrue();
            start.add(times.start());
            hits += times.parked() ? 1 : 0;
        }
        return List.of(
                Row.of("300 starts in a row: plan to exec", "ms", new Samples(start), Map.of(), Promise.NONE),
                Row.of("300 starts in a row: from a parked process", "of 300", new Samples(List.of((double) hits)), Map.of(), Promise.NONE));
    }

    private Row burst(AgentAlone agent) throws Exception {
        List<Double> rates = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            agent.awaitParked();
            long begin = System.nanoTime();
            List<ContainerId> all = sleepers(agent, BURST);
            rates.add(BURST / ((System.nanoTime() - begin) / 1e9));
            all.forEach(agent::end);
        }
        return Row.of(BURST + " starts, " + AT_ONCE + " at once, all parked", "1/s", new Samples(rates), Map.of(), new Promise.AtLeast(100));
    }

    private static List<ContainerId> sleepers(AgentAlone agent, int count) throws Exception {
        try (ExecutorService workers = Executors.newFixedThreadPool(AT_ONCE)) {
            Callable<ContainerId> one = agent::sleeper;
            List<ContainerId> all = new ArrayList<>();
            for (Future<ContainerId> each : workers.invokeAll(IntStream.range(0, count).mapToObj(_ -> one).toList())) {
                all.add(each.get());
            }
            return all;
        }
    }

    private List<Row> execs(AgentAlone agent, Map<String, OciRuntime> peers) throws Exception {
        ContainerId id = agent.sleeper();
        List<Double> first = new ArrayList<>();
        for (int i = -WARM_UP; i < runs; i++) {
            double millis = agent.exec(id);
            if (i >= 0) {
                first.add(millis);
            }
        }
        agent.end(id);
        return List.of(Row.of("further command: call to first byte", "ms", new Samples(first), Map.of(), new Promise.AtMost(4)));
    }

    private List<Row> idle(AgentAlone agent) throws Exception {
        List<ContainerId> all = sleepers(agent, FEW);
        double fewMillis = median(agent);
        long before = heap();
        all.addAll(sleepers(agent, IDLE - FEW));
        double each = (heap() - before) / 1024.0 / (IDLE - FEW);
        List<Double> memory = new ArrayList<>();
        for (ContainerId id : all.subList(0, 20)) {
            memory.add(agent.monitorMemory(id));
        }
        agent.awaitParked();
        double cpu = idleCpu();
        double manyMillis = median(agent);
        all.forEach(agent::end);
        return List.of(
                Row.of("500 idle: monitor's private memory, each", "KiB", new Samples(memory), Map.of(), new Promise.AtMost(100)),
                Row.of("500 idle: agent's heap, each", "KiB", new Samples(List.of(each)), Map.of(), new Promise.AtMost(100)),
                Row.of("500 idle: agent's processor time", "% of a core", new Samples(List.of(cpu)), Map.of(), new Promise.AtMost(1)),
                Row.of(
                        "500 idle: a start and end, beside 10 idle", "ms", new Samples(List.of(manyMillis)),
                        Map.of("with 10", new Samples(List.of(fewMillis))), new Promise.AtMostRatioTo("with 10", 2)));
    }

    private static double median(AgentAlone agent) throws Exception {
        List<Double> totals = new ArrayList<>();
        for (int i = 0; i < 21; i++) {
            agent.awaitParked();
            totals.add(agent.runTrue().total());
        }
        return new Samples(totals).summary().median();
    }

    private static long heap() {
        System.gc();
        Runtime java = Runtime.getRuntime();
        return java.totalMemory() - java.freeMemory();
    }

    /** Of this process, in which nothing but the agent is at work, once it has done what the starts left to do. */
    private static double idleCpu() throws InterruptedException {
        Thread.sleep(SETTLED);
        var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long nanos = system.getProcessCpuTime();
        Thread.sleep(3000);
        return (system.getProcessCpuTime() - nanos) / 3e9 * 100;
    }
}
