package io.gantry.e2e.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.check.fuzz.Dice;
import io.gantry.check.raw.RawConnection;
import io.gantry.e2e.observe.Expect;
import io.gantry.e2e.observe.StepFailed;
import io.gantry.e2e.quickstart.Traces;
import io.gantry.e2e.stage.Busybox;
import io.gantry.e2e.stage.Stage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** A whole platform of its own, clients that vanish from it and requests that nobody would send on purpose: everything that they held is freed, counted in the kernel, on the disk and in the platform's own lists. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HostileIT {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path HOME = Path.of("target/hostile").toAbsolutePath();
    private static final String POOL = "10.218";
    /** Connections among the parts that nobody uses stay that long; half a minute otherwise. */
    private static final Duration KEPT = Duration.ofSeconds(1);
    private static final Stage STAGE = Stage.onThisMachine(ROOT, HOME, 6000, "gantryx", POOL, 20, Map.of("GANTRY_GATEWAY_KEEP_ALIVE", KEPT.toString()));
    /** Below {@link Exchange#CLIENTS}, so that one kind of exchange that holds something is seen; pools and the kernel's own timers need a little. */
    private static final int SLACK = Exchange.CLIENTS - 2;
    /** Connections among the parts, that stay a while, and threads of pools, after hundreds of requests of all kinds. */
    private static final int POOLS = 16;
    /** Those that the gateway keeps have ended by then; it looks every second. */
    private static final Duration POOLED = KEPT.plusSeconds(4);
    /** Longer than that for a machine that has other things to do. What is held by anything else than a pool has hours, or no end at all. */
    private static final Duration GONE = Duration.ofSeconds(120);
    /** Tells which exchange by itself leaves something behind; takes up to {@link #GONE} for each. */
    private static final boolean APART = Boolean.getBoolean("gantry.hostile.apart");
    /** A look costs something, too: a program that lists threads. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);

    private static Exchanges exchanges;
    private static ServerSocket deaf;

    @BeforeAll
    static void start() throws IOException {
        STAGE.gantry("down", "--data");
        STAGE.gantry("up");
        Busybox.push(STAGE);
        deaf = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress());
        Visitor visitor = new Visitor(STAGE);
        exchanges = new Exchanges(visitor, deaf.getLocalPort());
        byte[] context = Exchanges.context(Exchanges.MAKES_BIG);
        try (RawConnection build = visitor.begin(Door.SOCKET, "POST", "/build?t=" + Exchanges.BIG, "Connection: close\r\nContent-Type: application/x-tar\r\nContent-Length: " + context.length + "\r\n", "").send(context)) {
            assertThat(build.readUntil(null, Visitor.PATIENCE)).contains("Successfully tagged " + Exchanges.BIG);
        }
        visitor.ask(Door.SOCKET, "POST", "/images/" + Busybox.IMAGE + "/tag?repo=127.0.0.1:" + deaf.getLocalPort() + "/test/busybox&tag=1", "");
        container(Exchanges.RESTING, "\"true\"", false);
        for (Door door : Door.values()) {
            Exchanges.RUNNING.forEach((kind, command) -> container(Exchanges.named(kind, door), command, true));
        }
    }

    private static void container(String name, String command, boolean start) {
        STAGE.rest().post("/containers", "{\"name\": \"" + name + "\", \"start\": " + start + ", \"spec\": {\"image\": \"" + Exchanges.BIG + "\", \"command\": [" + command + "], \"init\": true, \"stdin\": true, "
                + "\"mounts\": [{\"kind\": \"volume\", \"source\": \"" + Exchanges.VOLUME + "\", \"target\": \"/kept\"}], "
                + "\"resources\": {\"memory\": 33554432, \"cpu\": 80}}}");
    }

    @AfterAll
    static void stop() throws IOException {
        STAGE.gantry("down", "--data");
        deaf.close();
    }

    /** Ends its connection, or is reset: whatever it was in the middle of, nothing of it stays. */
    @Test
    void whoGoesHoldsNothing() throws IOException {
        goneAtOnce(exchanges.all(), 1);
        Held before = settled();
        int clients = goneAtOnce(exchanges.all(), Exchange.CLIENTS);
        System.out.println(clients + " clients in the middle of " + exchanges.all().size() + " things have gone");
        long begin = System.nanoTime();
        List<String> stays = whatStays(before, GONE, SLACK);
        System.out.println("all that they held was gone after " + Duration.ofNanos(System.nanoTime() - begin).toSeconds() + " s");
        assertThat(stays).as(() -> "stays, " + whose()).isEmpty();
    }

    /** {@code -Dgantry.fuzz.seed=N} for other requests, {@code -Dgantry.fuzz.factor=N} for more. Last, since what it makes may concern all images. */
    @Test
    @Order(Integer.MAX_VALUE)
    void whateverIsSentInWhateverOrderIsAnsweredAndWhatItMadeCanBeRemoved() throws IOException {
        try (WholePlatform platform = new WholePlatform(STAGE.rest())) {
            platform.send(60, Duration.ofMinutes(1));
            platform.clear();
            Held before = settled();
            List<String> traces = traces();
            platform.send(600 * Dice.factor(), Duration.ofSeconds(45L * Dice.factor()));
            platform.clear();
            assertThat(whatStays(before, GONE, POOLS)).as(() -> "stays\n" + Held.threads(STAGE)).isEmpty();
            assertThat(platform.statuses()).containsKeys("200", "201", "204", "400", "404");
            assertThat(traces()).isEqualTo(traces);
        }
        // its name may mean another image by now
        Busybox.push(STAGE);
        assertThat(STAGE.rest().post("/containers", "{\"name\": \"afterwards\", \"start\": true, \"spec\": {\"image\": \"" + Busybox.IMAGE + "\", \"command\": [\"sleep\", \"1000\"]}}")
                        .path("state").asText()).isEqualTo("RUNNING");
    }

    /** Of containers, in the kernel. Which places the parked processes have is chance, and a layer that was used stays mounted for the next. */
    private static List<String> traces() throws IOException {
        return Traces.ofOneHost(HOME, POOL).stream()
                // addresses of neighbours go when the kernel likes; a container's last processes are counted by its group
                .filter(trace -> !trace.startsWith("network ") && !trace.startsWith("process ") && !trace.endsWith(".mounted"))
                .map(trace -> trace.replaceAll("/s\\d{5}(?=/|$)", "/s"))
                .sorted()
                .toList();
    }

    /** @return how many clients there were */
    private int goneAtOnce(List<Exchange> which, int most) throws IOException {
        List<RawConnection> resets = new ArrayList<>();
        List<RawConnection> ends = new ArrayList<>();
        Held before = most > 1 ? held() : null;
        for (Exchange exchange : which) {
            for (Door door : exchange.doors()) {
                open(exchange, door, Math.min(exchange.at(), most), resets);
                if (!exchange.halves() && door != Door.SOCKET) {
                    open(exchange, door, Math.min(exchange.at(), most), ends);
                }
            }
        }
        if (before != null) {
            assertHeld(before, resets.size() + ends.size());
        }
        for (RawConnection client : resets) {
            client.reset();
        }
        for (RawConnection client : ends) {
            client.close();
        }
        return resets.size() + ends.size();
    }

    private static void open(Exchange exchange, Door door, int count, List<RawConnection> clients) throws IOException {
        for (int i = 0; i < count; i++) {
            try {
                clients.add(exchange.opening().at(door));
            } catch (AssertionError | StepFailed e) {
                throw new AssertionError(exchange.name() + " by " + door + ": " + e.getMessage(), e);
            }
        }
    }

    /** What couldn't be seen while they are there couldn't be missed when they have gone. */
    private static void assertHeld(Held before, int clients) {
        Expect.eventually(GONE, () -> {
            int more = held().inPrograms().get("sockets of platform") - before.inPrograms().get("sockets of platform");
            Expect.that(more >= clients, clients + " clients are there, and the services hold " + more + " more sockets");
            return more;
        });
    }

    /** For who looks for the cause when all of them together have left something. */
    private String whose() {
        return (APART ? "by itself: " + apart() : "which of them: -Dgantry.hostile.apart=true") + "\n" + Held.received(HOME) + "\n" + Held.threads(STAGE);
    }

    /** What every exchange by itself leaves behind. */
    private Map<String, List<String>> apart() {
        Map<String, List<String>> found = new LinkedHashMap<>();
        for (Exchange exchange : exchanges.all()) {
            Held before = held();
            try {
                goneAtOnce(List.of(exchange), Exchange.CLIENTS);
            } catch (IOException | AssertionError | StepFailed e) {
                found.put(exchange.name(), List.of("can't be tried any more: " + e));
                continue;
            }
            List<String> stays = whatStays(before, GONE, SLACK);
            if (!stays.isEmpty()) {
                found.put(exchange.name(), stays);
            }
        }
        return found;
    }

    private static List<String> whatStays(Held before, Duration within, int slack) {
        long end = System.nanoTime() + within.toNanos();
        while (true) {
            List<String> more = held().beyond(before, slack);
            if (more.isEmpty() || System.nanoTime() > end) {
                return more;
            }
            LockSupport.parkNanos(LOOK_AGAIN.toNanos());
        }
    }

    /** Once pooled connections have ended of those who were let go of before. */
    private static Held settled() {
        LockSupport.parkNanos(POOLED.toNanos());
        return held();
    }

    private static Held held() {
        return Held.by(STAGE, Stream.of(Door.values()).map(door -> Exchanges.named("talking", door)).toList());
    }
}
