package io.gantry.e2e.hostile;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.check.raw.RawConnection;
import io.gantry.e2e.stage.Busybox;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Everything that goes on while a client is connected, by every door. */
final class Exchanges {
    private static final String SLEEPS = "\"sleep\", \"100000\"";
    /** Between two words of one that talks. */
    static final String PAUSE = "sleep 0.5";
    /**
     * Commands of containers, one of each for each door: no more than sixteen clients are attached to one at a time. What is loud says more than anybody takes who doesn't read, in
     * seconds, and not as fast as the machine can.
     */
    static final Map<String, String> RUNNING = Map.of(
            "talking", "\"sh\", \"-c\", \"httpd -p 80; while true; do echo line; " + PAUSE + "; done\"", "quiet", SLEEPS, "unread", SLEEPS, "browser", SLEEPS,
            "loud", "\"sh\", \"-c\", \"while true; do busybox yes " + "loud ".repeat(100) + "| head -c 2000000; sleep 1; done\"");
    /** Says something all the time. */
    static final String TALKING = named("talking", Door.REST);
    private static final String QUIET = named("quiet", Door.REST);
    private static final String LOUD = named("loud", Door.REST);
    /** Was made and never ran. */
    static final String RESTING = "resting";
    static final String VOLUME = "kept";
    /** More than there is room for between a platform and a client that doesn't read. */
    static final String BIG = "hostile/big:1";
    static final String MAKES_BIG = "FROM " + Busybox.IMAGE + "\nRUN head -c 30000000 /dev/urandom > /big\n";

    private static final Set<Door> DOCKER = EnumSet.of(Door.SOCKET, Door.PORT);
    private static final Set<Door> REST = EnumSet.of(Door.REST);
    private static final String API = "/api/v1";
    private static final String RAW = "Connection: Upgrade\r\nUpgrade: tcp\r\n";
    private static final String WEB_SOCKET = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    private static final String CHUNKED = "Content-Type: application/x-tar\r\nTransfer-Encoding: chunked\r\n";
    private static final int PIECE = 300_000;
    private static final byte[] UNREAD = new byte[64 << 10];
    /** A frame of a WebSocket that is a piece of standard input, masked by zeros. */
    private static final byte[] UNREAD_FRAME = frame(32 << 10);

    private final Visitor visitor;
    private final int deaf;

    /** @param deaf port of a registry that takes connections and never answers */
    Exchanges(Visitor visitor, int deaf) {
        this.visitor = visitor;
        this.deaf = deaf;
    }

    List<Exchange> all() {
        return Stream.of(dockersStreams(), dockersExecs(), dockersTransfers(), rest(), registry()).flatMap(List::stream).toList();
    }

    private List<Exchange> dockersStreams() {
        return List.of(
                Exchange.takenOver("attach, talking", DOCKER, door -> attach(door, "talking")),
                Exchange.takenOver("attach, quiet", DOCKER, door -> attach(door, "quiet")),
                Exchange.takenOver("attach, input unread", DOCKER, door -> attach(door, "unread").flood(UNREAD)),
                Exchange.takenOver("attach, output unread", DOCKER, door -> attach(door, "loud")),
                Exchange.of("attach/ws", DOCKER, door -> visitor.within(door, "GET", "/containers/" + named("browser", door) + "/attach/ws?stream=1&stdin=1&stdout=1", WEB_SOCKET, "")),
                Exchange.of("logs, talking", DOCKER, door -> logs(door, TALKING)),
                Exchange.of("logs, quiet", DOCKER, door -> logs(door, QUIET)),
                Exchange.of("logs, unread", DOCKER, door -> logs(door, LOUD)),
                Exchange.of("events", DOCKER, door -> visitor.within(door, "GET", "/events", "", "")),
                Exchange.of("events of the past", DOCKER, door -> visitor.within(door, "GET", "/events?since=1", "", "")),
                Exchange.of("stats", DOCKER, door -> visitor.within(door, "GET", "/containers/" + TALKING + "/stats?stream=1", "", "")),
                Exchange.of("wait", DOCKER, door -> visitor.within(door, "POST", "/containers/" + QUIET + "/wait?condition=not-running", "Content-Length: 0\r\n", "")),
                Exchange.of("half a head", EnumSet.allOf(Door.class), door -> visitor.open(door).send("GET /containers/js")),
                Exchange.of("half a body", EnumSet.allOf(Door.class), door -> visitor.begin(
                        door, "POST", (door == Door.REST ? API + "/containers" : "/containers/create"), "Content-Type: application/json\r\nContent-Length: 1000\r\n", "{\"Image\"")));
    }

    private List<Exchange> dockersExecs() {
        return List.of(
                Exchange.takenOver("exec, quiet", DOCKER, door -> exec(door, "[\"cat\"]", false)),
                Exchange.takenOver("exec with a terminal", DOCKER, door -> exec(door, "[\"sh\"]", true)),
                Exchange.takenOver("exec, input unread", DOCKER, door -> exec(door, "[\"sh\", \"-c\", \"sleep 3; cat\"]", false).flood(UNREAD)),
                Exchange.takenOver("exec, output unread", DOCKER, door -> exec(door, "[\"sh\", \"-c\", \"busybox yes | head -c 20000000\"]", false)));
    }

    private List<Exchange> dockersTransfers() {
        return List.of(
                Exchange.of("export", DOCKER, door -> visitor.within(door, "GET", "/containers/" + TALKING + "/export", "", "")),
                Exchange.of("archive, out", DOCKER, door -> visitor.within(door, "GET", "/containers/" + TALKING + "/archive?path=/big", "", "")),
                Exchange.of("archive, into one that runs", DOCKER, door -> sending(door, "PUT", "/containers/" + TALKING + "/archive?path=/")),
                Exchange.of("archive, into one that rests", DOCKER, door -> sending(door, "PUT", "/containers/" + RESTING + "/archive?path=/")),
                Exchange.of("save", DOCKER, door -> visitor.within(door, "GET", "/images/get?names=" + BIG, "", "")),
                Exchange.of("load", DOCKER, door -> sending(door, "POST", "/images/load")),
                Exchange.of("import", DOCKER, door -> sending(door, "POST", "/images/create?fromSrc=-&repo=half&tag=1")),
                Exchange.of("build, sending", DOCKER, door -> sending(door, "POST", "/build?t=half")),
                Exchange.of("build, running", DOCKER, door -> build(door, "/build?t=slow&nocache=1")).only(1),
                Exchange.of("pull", DOCKER, door -> visitor.begin(door, "POST", "/images/create?fromImage=127.0.0.1:" + deaf + "/nothing&tag=1", "Content-Length: 0\r\n", "")),
                Exchange.of("push", DOCKER, door -> visitor.begin(
                        door, "POST", "/images/127.0.0.1:" + deaf + "/" + Busybox.IMAGE.replace(":1", "") + "/push?tag=1", "X-Registry-Auth: e30=\r\nContent-Length: 0\r\n", "")));
    }

    private List<Exchange> rest() {
        return List.of(
                Exchange.of("events by REST", REST, door -> visitor.within(door, "GET", API + "/events", "", "")),
                Exchange.of("events of the past by REST", REST, door -> visitor.within(door, "GET", API + "/events?since=1h", "", "")),
                Exchange.of("watch of containers", REST, door -> visitor.within(door, "GET", API + "/containers?watch=true", "", "")),
                Exchange.of("logs by REST", REST, door -> visitor.within(door, "GET", API + "/containers/" + QUIET + "/logs?follow=true", "", "")),
                Exchange.of("logs by WebSocket", REST, door -> socket("/containers/" + TALKING + "/logs?follow=true")),
                Exchange.of("attach by WebSocket", REST, door -> socket("/containers/" + QUIET + "/attach?stdin=true&stdout=true")),
                Exchange.of("attach by WebSocket, input unread", REST, door -> socket("/containers/" + named("unread", door) + "/attach?stdin=true&stdout=true").flood(UNREAD_FRAME)),
                Exchange.of("attach by WebSocket, output unread", REST, door -> socket("/containers/" + LOUD + "/attach?stdout=true")),
                Exchange.of("exec by WebSocket that ends with its client", REST, door -> socket(execByRest("\"sleep\", \"100000\""))),
                Exchange.of("exec by WebSocket that doesn't read and ends with its client", REST, door -> socket(execByRest("\"sleep\", \"100000\"")).flood(UNREAD_FRAME)),
                Exchange.of("stats by REST", REST, door -> visitor.within(door, "GET", API + "/containers/" + TALKING + "/stats?stream=true", "", "")),
                Exchange.of("pressure", REST, door -> visitor.begin(door, "GET", API + "/containers/" + TALKING + "/pressure?seconds=60", "", "")),
                Exchange.of("wait by REST", REST, door -> visitor.begin(door, "GET", API + "/containers/" + QUIET + "/wait", "", "")),
                Exchange.of("port-forward", REST, door -> socket("/containers/" + TALKING + "/port-forward?port=80")),
                Exchange.of("export by REST", REST, door -> visitor.within(door, "GET", API + "/containers/" + TALKING + "/export", "", "")),
                Exchange.of("volume, out", REST, door -> visitor.within(door, "GET", API + "/volumes/" + VOLUME + "/archive", "", "")),
                Exchange.of("volume, in", REST, door -> sending(door, "PUT", API + "/volumes/" + VOLUME + "/archive")),
                Exchange.of("build by REST, sending", REST, door -> sending(door, "POST", API + "/builds?tag=half:2")),
                Exchange.of("build by REST, running", REST, door -> build(door, API + "/builds?tag=slow:2&nocache=true")).only(1),
                Exchange.of("archives by REST", REST, door -> sending(door, "POST", API + "/archives")));
    }

    private List<Exchange> registry() {
        return List.of(
                Exchange.of("blob, out", REST, door -> visitor.within(door, "GET", "/v2/hostile/big/blobs/" + layer(), "", "")),
                Exchange.of("blob in one request", REST, door -> sending(door, "POST", "/v2/half/pushed/blobs/uploads/?digest=sha256:" + "0".repeat(64))),
                Exchange.of("manifest", REST, door -> visitor.begin(
                        door, "PUT", "/v2/half/pushed/manifests/1", "Content-Type: application/vnd.oci.image.manifest.v1+json\r\nContent-Length: 5000\r\n", "{\"schemaVersion\"")));
    }

    static String named(String kind, Door door) {
        return kind + "-" + door.name().toLowerCase(Locale.ROOT);
    }

    private RawConnection attach(Door door, String kind) throws IOException {
        return visitor.within(door, "POST", "/containers/" + named(kind, door) + "/attach?stream=1&stdin=1&stdout=1&stderr=1", RAW + "Content-Length: 0\r\n", "");
    }

    private RawConnection logs(Door door, String container) throws IOException {
        return visitor.within(door, "GET", "/containers/" + container + "/logs?follow=1&stdout=1&stderr=1", "", "");
    }

    private RawConnection exec(Door door, String command, boolean tty) throws IOException {
        String spec = "{\"Cmd\": " + command + ", \"AttachStdin\": true, \"AttachStdout\": true, \"AttachStderr\": true, \"Tty\": " + tty + "}";
        String id = visitor.ask(door, "POST", "/containers/" + named("talking", door) + "/exec", spec).path("Id").asText();
        String start = "{\"Detach\": false, \"Tty\": " + tty + "}";
        return visitor.within(door, "POST", "/exec/" + id + "/start", RAW + "Content-Type: application/json\r\nContent-Length: " + start.length() + "\r\n", start);
    }

    private String execByRest(String command) throws IOException {
        String spec = "{\"command\": [" + command + "], \"stdin\": true, \"endsWithClient\": true}";
        return "/execs/" + TALKING + "/" + visitor.ask(Door.REST, "POST", API + "/containers/" + TALKING + "/execs", spec).path("id").asText();
    }

    private RawConnection socket(String path) throws IOException {
        return visitor.within(Door.REST, "GET", API + path, WEB_SOCKET, "");
    }

    private RawConnection build(Door door, String target) throws IOException {
        byte[] context = context("FROM " + Busybox.IMAGE + "\nRUN echo begun && sleep 100000\n");
        RawConnection client = visitor.begin(door, "POST", target, "Content-Type: application/x-tar\r\nContent-Length: " + context.length + "\r\n", "").send(context);
        client.readUntil("begun\\n", Visitor.PATIENCE);
        return client;
    }

    /** The first part of a tar whose only file is longer than what comes of it. */
    private RawConnection sending(Door door, String method, String target) throws IOException {
        TarArchiveEntry file = new TarArchiveEntry("big");
        file.setSize(1 << 20);
        byte[] piece = new byte[PIECE];
        file.writeEntryHeader(piece);
        return visitor.begin(door, method, target, CHUNKED, Integer.toHexString(PIECE) + "\r\n").send(piece).send("\r\n");
    }

    private String layer() {
        JsonNode layers = visitor.stage().rest().get("/images/" + BIG).path("image").path("layers");
        return layers.path(layers.size() - 1).path("blob").asText();
    }

    static byte[] context(String dockerfile) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            byte[] text = dockerfile.getBytes(StandardCharsets.UTF_8);
            TarArchiveEntry entry = new TarArchiveEntry("Dockerfile");
            entry.setSize(text.length);
            tar.putArchiveEntry(entry);
            tar.write(text);
            tar.closeArchiveEntry();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** RFC 6455, 5.2: final, binary, masked, with a length of 64 bits; the content's first byte is the stream's number. */
    private static byte[] frame(int length) {
        byte[] frame = new byte[14 + length];
        frame[0] = (byte) 0x82;
        frame[1] = (byte) 0xff;
        for (int i = 0; i < 4; i++) {
            frame[9 - i] = (byte) (length >>> 8 * i);
        }
        return frame;
    }
}
