package io.gantry.agent.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.id.ContainerId;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ApiRelayTest {
    private static final ContainerId ID = new ContainerId("ab".repeat(32));
    private static final String NAME = "ab".repeat(16) + "." + "ab".repeat(16) + ".container.gantry";
    @TempDir private Path folder;
    private PlayedGateway gateway;
    private ApiRelay relay;
    private Path socket;

    @BeforeEach
    void open() throws Exception {
        gateway = new PlayedGateway(folder);
        relay = new ApiRelay(() -> gateway.address(), gateway.tls());
        socket = folder.resolve("docker.sock");
        relay.open(ID, socket);
    }

    @AfterEach
    void close() {
        relay.close();
        gateway.close();
    }

    @Test
    void whatAClientSaysUntilItsHalfEndsIsHeardAndAnswered() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket))).isEqualTo("rw-rw-rw-");
        assertThat(say("hello")).isEqualTo("5 bytes for " + NAME + "\n");
        String much = "x".repeat(3_000_000);
        assertThat(say(much)).isEqualTo("3000000 bytes for " + NAME + "\n");
        assertThat(gateway.count()).isEqualTo(2);
    }

    @Test
    void aGatewayThatIsAwayIsToldOfInTheWordsOfTheApi() throws IOException {
        InetSocketAddress away = gateway.address();
        gateway.close();
        assertThat(say("GET / HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 503 Service Unavailable\r\n")
                .contains("\"message\":\"the platform's API at " + away + " can't be reached from this node: ");
    }

    @Test
    void aClosedOneIsGoneWithWhoWasOnIt() throws IOException {
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            client.write(ByteBuffer.wrap(new byte[] {1}));
            relay.close(ID);
            assertThat(Channels.newInputStream(client).read()).isEqualTo(-1);
        } catch (SocketException e) {
            // with what it had said unread, it is reset
        }
        assertThatThrownBy(() -> SocketChannel.open(UnixDomainSocketAddress.of(socket))).isInstanceOf(IOException.class);
        relay.open(ID, socket);
        assertThat(say("again")).startsWith("5 bytes");
    }

    private String say(String words) throws IOException {
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            ByteBuffer bytes = ByteBuffer.wrap(words.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                client.write(bytes);
            }
            client.shutdownOutput();
            return new String(Channels.newInputStream(client).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
