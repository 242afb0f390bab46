package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.execute.HaltingLife.Deed;
import io.gantry.agent.reconcile.Held;
import io.gantry.agent.runtime.ExecSession;
import io.gantry.agent.runtime.Recovered;
import io.gantry.agent.runtime.Running;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.ExecSpec;
import io.gantry.contracts.state.Desired;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The agent is killed each time that it has changed something on its way through a start from a parked process, a further command, a stop
 * and a removal, and in the midst of work on many files. The next one brings it to an end: nothing is left, and the container beside it
 * notices nothing.
 */
@Timeout(300)
class LastingIT {
    /** More than go while a busy machine gets around to the kill. */
    private static final int MANY = 20_000;
    private static final int KILLED = 137;
    private final ContainerId bystander = TestHost.newId();
    @AutoClose private final TestHost host = TestHost.make().bridged();
    private Running beside;
    /** All that is there while nothing but the bystander runs. */
    private Set<String> usual;
    /** The bystander's. */
    private String slot;
    private Process ready;

    @BeforeEach
    void boot() throws Exception {
        beside = host.runtime.start(host.request(bystander, TestHost.shell("i=0; while true; do i=$((i+1)); echo $i; sleep 0.1; done")));
        host.awaitOutput(bystander, "1");
        slot = host.group("unified").getFileName().toString();
        host.runtime.close();
        usual = present();
        ready = agent();
    }

    @AfterEach
    void close() throws Exception {
        ready.destroyForcibly().waitFor();
    }

    @Test
    void killedAtAnyStepOfAStartFromAParkedProcess() throws Exception {
        int points = 0;
        ContainerId id = TestHost.newId();
        while (killed(Deed.START_PARKED, points + 1, id)) {
            points++;
            converges(id, Desired.Life.REMOVED, points);
            id = TestHost.newId();
        }
        converges(id, Desired.Life.REMOVED, points + 1);
        assertThat(points).as("steps that weren't done ahead").isGreaterThan(10);
        bystanderNoticedNothing();
    }

    @Test
    void killedAtAnyPointOfAFurtherCommand() throws Exception {
        int points = 0;
        ContainerId id = TestHost.newId();
        Running running = start(id);
        Set<String> before = present();
        while (killed(Deed.EXEC, points + 1, id)) {
            points++;
            try (LoneAgent next = LoneAgent.usual(host.settings, host.layer)) {
                next.wants(container(bystander, Desired.Life.RUNNING), container(id, Desired.Life.RUNNING));
                assertThat(next.await(id, Held::alive).latest().pid()).as("the container itself, after point %d", points).isEqualTo(running.pid());
                try (ExecSession session = next.runtime.exec(id, new ExecSpec(List.of("echo", "hello"), null, null, null, false, false))) {
                    assertThat(new String(session.stdout().readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("hello\n");
                }
            }
            awaitPresent(before, "after point " + points + " of exec");
        }
        assertThat(points).isGreaterThan(3);
        converges(id, Desired.Life.REMOVED, points);
        bystanderNoticedNothing();
    }

    @Test
    void killedAtAnyPointOfAStopThatEndsInSigkill() throws Exception {
        lives(Deed.STOP, Desired.Life.STOPPED);
    }

    @Test
    void killedAtAnyPointOfARemoval() throws Exception {
        lives(Deed.REMOVE, Desired.Life.REMOVED);
    }

    private void lives(Deed deed, Desired.Life wanted) throws Exception {
        int points = 0;
        ContainerId id = TestHost.newId();
        start(id);
        while (killed(deed, points + 1, id)) {
            points++;
            converges(id, wanted, points);
            id = TestHost.newId();
            start(id);
        }
        assertThat(points).as("from the first decision to the last group").isGreaterThan(8);
        converges(id, wanted, points + 1);
        bystanderNoticedNothing();
    }

    @Test
    void killedWhileItDeletesAFolderOfManyFiles() throws Exception {
        ContainerId id = TestHost.newId();
        start(id);
        Path many = fill(host.runtime.folders().upper(id).resolve("many"));
        try (WatchService watch = many.getFileSystem().newWatchService()) {
            many.register(watch, StandardWatchEventKinds.ENTRY_DELETE);
            Process agent = next(Deed.REMOVE, 0, id);
            assertThat(watch.poll(20, TimeUnit.SECONDS)).as("a first file goes").isNotNull();
            agent.destroyForcibly().waitFor();
        }
        assertThat(many).as("out of sight before the first file went").doesNotExist();
        Path rubbish = host.runtime.folders().rubbish();
        Path gone = Path.of(rubbish.toFile().list()[0]);
        assertThat(count(rubbish.resolve(gone).resolve("layer/upper/many"))).as("files that are still there").isBetween(1, MANY - 1);
        converges(id, Desired.Life.REMOVED, 0);
        assertThat(host.runtime.folders().container(id)).doesNotExist();
        bystanderNoticedNothing();
        while (count(rubbish) > 0) {
            host.boot(StepListener.NONE);
            host.runtime.close();
        }
    }

    @Test
    void killedWhileItFillsAVolume() throws Exception {
        fill(host.layer.resolve("full"));
        ContainerId id = TestHost.newId();
        Process agent = next(Deed.START_FILLING, 0, id);
        Path volume = host.runtime.folders().volumes().resolve(HaltingLife.VOLUME.id().value());
        host.awaitFile(volume.resolve("filling"));
        while (count(volume.resolve("data")) == 0) {
            Thread.onSpinWait();
        }
        agent.destroyForcibly().waitFor();
        assertThat(count(volume.resolve("data"))).as("files that are there").isBetween(1, MANY - 1);
        converges(id, Desired.Life.REMOVED, 0);
        host.boot(StepListener.NONE);
        host.runtime.recover();
        ContainerId again = TestHost.newId();
        host.runtime.start(HaltingLife.request(Deed.START_FILLING, host.folder, host.node, again));
        assertThat(count(volume.resolve("data"))).as("filled anew").isEqualTo(MANY);
        assertThat(volume.resolve("filling")).doesNotExist();
        host.runtime.remove(again);
        host.runtime.close();
        awaitPresent(usual, "after the second start");
        bystanderNoticedNothing();
    }

    private Running start(ContainerId id) throws Exception {
        host.boot(StepListener.NONE);
        Running running = host.runtime.start(HaltingLife.request(Deed.STOP, host.folder, host.node, id));
        host.awaitOutput(id, "up");
        host.runtime.close();
        return running;
    }

    /** The next agent, which hears what is wanted, comes to an end with it, and leaves nothing when it is removed. */
    private void converges(ContainerId id, Desired.Life wanted, int point) throws Exception {
        try (LoneAgent next = LoneAgent.usual(host.settings, host.layer)) {
            Desired.Container other = container(bystander, Desired.Life.RUNNING);
            if (wanted == Desired.Life.STOPPED) {
                next.wants(other, container(id, wanted));
                assertThat(next.await(id, one -> one.stage() == Held.Stage.EXITED).outcome().exitCode()).as("after point %d", point).isEqualTo(KILLED);
            }
            next.wants(other, container(id, Desired.Life.REMOVED));
            next.awaitGone(id);
            assertThat(next.await(bystander, Held::alive).latest().pid()).isEqualTo(beside.pid());
        }
        assertThat(host.runtime.folders().container(id)).as("after point %d", point).doesNotExist();
        awaitPresent(usual, "after point " + point);
    }

    private Desired.Container container(ContainerId id, Desired.Life life) {
        return HaltingLife.wanted(HaltingLife.request(Deed.STOP, host.folder, host.node, id).container(), life);
    }

    /** Every line it has written is in its log, from the first process to now. */
    private void bystanderNoticedNothing() throws Exception {
        host.boot(StepListener.NONE);
        assertThat(host.runtime.recover()).contains(new Recovered(bystander, 1, beside.pid(), beside.startedAt(), Optional.empty(), false));
        List<Integer> lines = host.output(bystander).lines().map(Integer::parseInt).toList();
        assertThat(lines).isEqualTo(Stream.iterate(1, line -> line + 1).limit(lines.size()).toList());
        host.awaitOutput(bystander, Integer.toString(lines.size() + 2));
        host.runtime.close();
    }

    /** @return false if it was done before that many changes */
    private boolean killed(Deed deed, int point, ContainerId id) throws Exception {
        Process agent = next(deed, point, id);
        int end = agent.waitFor();
        assertThat(end).as(Files.readString(host.folder.resolve("agent.log"))).isIn(0, KILLED);
        return end == KILLED;
    }

    /** While one works, the one after it gets ready. */
    private Process next(Deed deed, int point, ContainerId id) throws Exception {
        Process agent = ready;
        try (OutputStream input = agent.getOutputStream()) {
            input.write((deed + " " + point + " " + id + " " + bystander + "\n").getBytes(StandardCharsets.UTF_8));
        }
        ready = agent();
        return agent;
    }

    private Process agent() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1", "-Xshare:auto", "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow", "-cp", System.getProperty("java.class.path"),
                        HaltingLife.class.getName(), host.folder.toString(), host.node)
                .directory(host.folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(host.folder.resolve("agent.log").toFile()))
                .start();
    }

    private static Path fill(Path folder) throws IOException {
        Files.createDirectories(folder);
        for (int i = 0; i < MANY; i++) {
            Files.createFile(folder.resolve("file" + i));
        }
        return folder;
    }

    private static int count(Path folder) {
        String[] names = folder.toFile().list();
        return names == null ? 0 : names.length;
    }

    /** Groups, mounts, sockets, cables, and processes of ours that are no agent. */
    private Set<String> present() throws Exception {
        Set<String> all = new TreeSet<>(host.leftovers());
        // whole lists by netlink don't come to an end while others make and delete links
        Files.readString(Path.of("/proc/net/dev")).lines()
                .map(line -> line.split(":")[0].strip())
                .filter(name -> name.equals(TestBridge.attachment(host.node, 5).hostInterface()) || name.startsWith(parkedCables()))
                .forEach(name -> all.add("link " + name));
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            processes.filter(path -> path.getFileName().toString().matches("\\d+")).filter(this::isOurs).forEach(path -> all.add(path.toString()));
        }
        return all;
    }

    private String parkedCables() {
        return "gp" + Integer.toHexString(host.settings.firstId()).substring(0, 3);
    }

    /** A launcher's or a container's process, which works in a folder of this host's or is in one of its groups. */
    private boolean isOurs(Path process) {
        try {
            boolean agent = Files.readString(process.resolve("comm")).startsWith("java");
            String groups = Files.readString(process.resolve("cgroup"));
            // what the bystander runs for a moment is its own affair
            boolean grouped = groups.contains("/" + host.node + "/") && !groups.contains("/" + host.node + "/" + slot + "\n");
            return !agent && (grouped || Files.readSymbolicLink(process.resolve("cwd")).startsWith(host.folder));
        } catch (IOException e) {
            return false; // it has ended
        }
    }

    /** A network namespace goes in its own time, its cable with it; a monitor that is let go, too. */
    private void awaitPresent(Set<String> expected, String when) throws Exception {
        Set<String> now = present();
        for (int i = 0; i < 200 && !now.equals(expected); i++) {
            Thread.sleep(20);
            now = present();
        }
        assertThat(now).as(when).isEqualTo(expected);
    }
}
