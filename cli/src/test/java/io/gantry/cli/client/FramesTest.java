package io.gantry.cli.client;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.link.StreamControl;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** Against a server that speaks as much of a WebSocket as the test lets it. */
class FramesTest {
    /** Of RFC 6455, section 1.3. */
    private static final String ACCEPTED = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    /** A final frame of an operation that isn't there. */
    private static final byte[] NO_FRAME = {(byte) 0x8f, 0};

    private static final Frames.Listener NOBODY = new Frames.Listener() {
        @Override
        public void output(byte[] bytes, boolean error) {}

        @Override
        public void control(StreamControl message) {}
    };

    @Test
    void saysWhyTheStreamBrokeOff() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> agreeAndSend(server, NO_FRAME));
            try (Frames frames = Frames.open(URI.create("ws://127.0.0.1:" + server.getLocalPort() + "/"), "secret", NOBODY)) {
                assertThatThrownBy(frames::awaitEnd).isInstanceOf(UncheckedIOException.class).cause().hasMessageStartingWith("the stream broke off: ").hasMessageContaining("opcode");
            }
        }
    }

    private static void agreeAndSend(ServerSocket server, byte[] bytes) {
        try (Socket socket = server.accept()) {
            BufferedReader head = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            String key = "";
            for (String line = head.readLine(); line != null && !line.isEmpty(); line = head.readLine()) {
                key = line.startsWith("Sec-WebSocket-Key: ") ? line.substring("Sec-WebSocket-Key: ".length()) : key;
            }
            byte[] digest = MessageDigest.getInstance("SHA-1").digest((key + ACCEPTED).getBytes(StandardCharsets.US_ASCII));
            String answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                    + Base64.getEncoder().encodeToString(digest) + "\r\n\r\n";
            socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(bytes);
            head.read();
        } catch (IOException | NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
