package io.gantry.e2e.onehost;

import io.gantry.check.fuzz.Footprint;
import io.gantry.check.raw.RawConnection;
import io.gantry.e2e.observe.Expect;
import io.gantry.e2e.observe.Rest;
import io.gantry.e2e.stage.Busybox;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Clients that vanish in the middle of a stream, in order and without a word: what was held for them by the services and the agent is let go of, counted. */
interface VanishingClients {
    int CLIENTS = 8;
    String NAME = "vanished-from";
    String END = "\r\n\r\n";
    String UPGRADE = "Connection: Upgrade\r\nUpgrade: tcp\r\n";
    String SOCKET = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";
    String CHUNKS = "Content-Type: application/x-tar\r\nTransfer-Encoding: chunked\r\n";

    Rest rest();

    Shell shell();

    int port(int usual);

    int process(String name);

    /**
     * @param port as it is without an offset: 7475 for Docker's API, 7080 for REST
     * @param head method, target and headers but those that all have
     * @param more what is sent behind the head
     * @param until what is read before the client vanishes; empty if there is nothing to be read yet
     */
    record Stream(String name, int port, Asked head, String more, String until) {
        interface Asked {
            String text();
        }
    }

    @TestFactory
    @Order(Integer.MAX_VALUE - 6)
    default List<DynamicTest> whatWasHeldForAClientThatVanishesIsLetGoOf() throws IOException {
        shell().must("docker run -d --name " + NAME + " -i " + Busybox.IMAGE + " sh -c 'busybox truncate -s 256m /big; busybox httpd -p 80 -h /etc; while true; do echo said; sleep 1; done'");
        shell().must("docker run -d --name quiet-" + NAME + " -i " + Busybox.IMAGE + " sleep 1000");
        ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        shell().must("docker tag " + Busybox.IMAGE + " localhost:" + silent.getLocalPort() + "/a/b:1");
        List<DynamicTest> all = new ArrayList<>(streams(silent.getLocalPort()).stream().map(stream -> DynamicTest.dynamicTest(stream.name(), () -> vanish(stream))).toList());
        all.add(DynamicTest.dynamicTest("nothing is left of them", () -> {
            shell().must("docker rm -f " + NAME + " quiet-" + NAME + " && docker rmi localhost:" + silent.getLocalPort() + "/a/b:1");
            silent.close();
        }));
        return all;
    }

    private List<Stream> streams(int silent) {
        String containers = "/containers/" + NAME;
        String rest = "/api/v1/containers/" + NAME;
        String tar = EndlessTar.inChunks();
        return List.of(
                new Stream("attach", 7475, () -> "POST " + containers + "/attach?stream=1&stdin=1&stdout=1 HTTP/1.1\r\n" + UPGRADE, "typed", "101 UPGRADED"),
                new Stream("attach to what is quiet", 7475, () -> "POST /containers/quiet-" + NAME + "/attach?stream=1&stdin=1&stdout=1 HTTP/1.1\r\n" + UPGRADE, "", "101 UPGRADED"),
                new Stream("exec", 7475, () -> "POST /exec/" + exec() + "/start HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 2\r\n" + UPGRADE, "{}typed", "typed"),
                new Stream("logs", 7475, () -> "GET " + containers + "/logs?follow=1&stdout=1 HTTP/1.1\r\n", "", "said"),
                new Stream("logs of what is quiet", 7475, () -> "GET /containers/quiet-" + NAME + "/logs?follow=1&stdout=1 HTTP/1.1\r\n", "", "200 OK"),
                new Stream("stats", 7475, () -> "GET " + containers + "/stats HTTP/1.1\r\n", "", "cpu_stats"),
                new Stream("wait", 7475, () -> "POST " + containers + "/wait HTTP/1.1\r\nContent-Length: 0\r\n", "", "200 OK"),
                new Stream("events", 7475, () -> "GET /events HTTP/1.1\r\n", "", "200 OK"),
                new Stream("cp out", 7475, () -> "GET " + containers + "/archive?path=/big HTTP/1.1\r\n", "", "ustar"),
                new Stream("cp in", 7475, () -> "PUT " + containers + "/archive?path=/tmp HTTP/1.1\r\n" + CHUNKS, tar, ""),
                new Stream("export", 7475, () -> "GET " + containers + "/export HTTP/1.1\r\n", "", "ustar"),
                new Stream("save", 7475, () -> "GET /images/get?names=" + Busybox.IMAGE + " HTTP/1.1\r\n", "", "ustar"),
                new Stream("load", 7475, () -> "POST /images/load HTTP/1.1\r\n" + CHUNKS, tar, ""),
                new Stream("import", 7475, () -> "POST /images/create?fromSrc=-&repo=vanished HTTP/1.1\r\n" + CHUNKS, tar, ""),
                new Stream("build", 7475, () -> "POST /build?t=vanished HTTP/1.1\r\n" + CHUNKS, tar, ""),
                new Stream("pull", 7475, () -> "POST /images/create?fromImage=localhost:" + silent + "/a/b&tag=2 HTTP/1.1\r\nContent-Length: 0\r\n", "", ""),
                new Stream("push", 7475, () -> "POST /images/localhost:" + silent + "/a/b/push?tag=1 HTTP/1.1\r\nX-Registry-Auth: e30=\r\nContent-Length: 0\r\n", "", ""),
                new Stream("events by REST", 7080, () -> "GET /api/v1/events HTTP/1.1\r\n", "", "id: "),
                new Stream("containers watched by REST", 7080, () -> "GET /api/v1/containers?watch=true HTTP/1.1\r\n", "", "snapshot"),
                new Stream("wait by REST", 7080, () -> "GET " + rest + "/wait HTTP/1.1\r\n", "", "200 OK"),
                new Stream("logs by WebSocket", 7080, () -> "GET " + rest + "/logs?follow=true HTTP/1.1\r\n" + SOCKET, "", "said"),
                new Stream("attach by WebSocket", 7080, () -> "GET " + rest + "/attach?stdin=true&stdout=true HTTP/1.1\r\n" + SOCKET, "", "said"),
                new Stream("exec by WebSocket", 7080, () -> "GET /api/v1/execs/" + NAME + "/" + execByRest() + " HTTP/1.1\r\n" + SOCKET, "", "101 "),
                new Stream("a port by WebSocket", 7080, () -> "GET " + rest + "/port-forward?port=80 HTTP/1.1\r\n" + SOCKET, "", "101 "),
                new Stream("stats by REST", 7080, () -> "GET " + rest + "/stats?stream=true HTTP/1.1\r\n", "", "\"cpu"),
                new Stream("cp in by REST", 7080, () -> "PUT /api/v1/containers/" + NAME + "/archive?path=/tmp HTTP/1.1\r\n" + CHUNKS, tar, ""));
    }

    /** Once, so that kept connections are there, and then counted: half of them by FIN, half by RST, with what was sent to them unread. */
    private void vanish(Stream stream) throws IOException {
        vanish(open(stream));
        List<Integer> processes = List.of(process("platform"), process("agent-0"));
        List<Footprint> before = processes.stream().map(VanishingClients::atRest).toList();
        List<RawConnection> clients = open(stream);
        Expect.eventually(Duration.ofSeconds(10), () -> {
            int held = Footprint.of(processes.getFirst()).descriptors() - before.getFirst().descriptors();
            Expect.that(held >= CLIENTS, held + " descriptors are held for " + CLIENTS + " clients");
            return held;
        });
        vanish(clients);
        for (int i = 0; i < processes.size(); i++) {
            Footprint.returnsTo(processes.get(i), before.get(i), 3, Duration.ofSeconds(20));
        }
    }

    private static Footprint atRest(int process) {
        return Expect.eventually(Duration.ofSeconds(15), () -> {
            Footprint one = Footprint.of(process);
            LockSupport.parkNanos(Duration.ofMillis(400).toNanos());
            Expect.same("process " + process + " at rest", one, Footprint.of(process));
            return one;
        });
    }

    private List<RawConnection> open(Stream stream) throws IOException {
        List<RawConnection> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            String head = stream.head().text() + "Host: d\r\nAuthorization: Bearer " + rest().token() + END;
            RawConnection client = RawConnection.tcp(port(stream.port())).send(head + stream.more());
            clients.add(client);
            if (!stream.until().isEmpty()) {
                client.readUntil(stream.until());
            }
        }
        return clients;
    }

    private static void vanish(List<RawConnection> clients) throws IOException {
        for (int i = 0; i < clients.size(); i++) {
            if (i % 2 == 0) {
                clients.get(i).reset();
            } else {
                clients.get(i).close();
            }
        }
    }

    /** As Docker's do; or, when it is asked for, they end with who started them. */
    @Test
    @Order(Integer.MAX_VALUE - 5)
    default void furtherCommandsGoOnUnlessItWasAskedOtherwise() throws IOException {
        String name = "outlived";
        shell().must("docker run -d --name " + name + " " + Busybox.IMAGE + " sleep 1000");
        int alone = processes(name);
        for (boolean ends : new boolean[] {true, false}) {
            List<RawConnection> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                String id = rest().post("/containers/" + name + "/execs", "{\"command\": [\"sh\", \"-c\", \"sleep 500 & sleep 501; true\"], \"endsWithClient\": " + ends + "}").path("id").asText();
                RawConnection client = RawConnection.tcp(port(7080));
                client.send("GET /api/v1/execs/" + name + "/" + id + " HTTP/1.1\r\nHost: d\r\nAuthorization: Bearer " + rest().token() + "\r\n" + SOCKET + "\r\n").readUntil("101 ");
                clients.add(client);
            }
            Expect.eventually(Duration.ofSeconds(15), () -> {
                Expect.same("processes with further commands", alone + 3 * CLIENTS, processes(name));
                return true;
            });
            vanish(clients);
            int left = ends ? alone : alone + 3 * CLIENTS;
            Expect.eventually(Duration.ofSeconds(15), () -> {
                Expect.same("processes when their clients have vanished, endsWithClient " + ends, left, processes(name));
                return true;
            });
        }
        shell().must("docker rm -f " + name);
    }

    private int processes(String name) {
        return rest().get("/containers/" + name + "/processes").path("items").size();
    }

    /** Made by Docker's API, which knows its own. */
    private String exec() {
        return shell().must("curl -sf --unix-socket ${DOCKER_HOST#unix://} -H 'Content-Type: application/json' -d '{\"AttachStdin\":true,\"AttachStdout\":true,\"Cmd\":[\"cat\"]}' "
                + "http://d/containers/" + NAME + "/exec | grep -o '[0-9a-f]\\{64\\}'").strip();
    }

    private String execByRest() {
        return rest().post("/containers/" + NAME + "/execs", "{\"command\": [\"cat\"], \"stdin\": true}").path("id").asText();
    }
}
