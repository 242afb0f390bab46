package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.runtime.Recovered;
import io.gantry.contracts.id.ContainerId;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.time.Instant;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Monitors that an older agent has left, by what they said when they were recorded. */
@Timeout(30)
class MonitorVersionIT {
    /** FRAME_STATUS of version 1: running, pid 4711, started at 2026-01-02T03:04:05.5Z. */
    private static final String GREETING_1 = "40000000 28000000 01000000 02000000 67120000 00000000 0100000000000000 0097633af2ca8618 0000000000000000";

    /** FRAME_EXIT of version 1: exited with 7 at 2026-01-02T03:04:06.5Z. */
    private static final String EXIT_1 = "43000000 28000000 01000000 03000000 67120000 00070000 0100000000000000 0097633af2ca8618 0061fe75f2ca8618";

    private final ContainerId id = TestHost.newId();
    @AutoClose private final TestHost host = TestHost.make();
    private ServerSocketChannel monitor;

    @BeforeEach
    void boot() throws Exception {
        ContainerFolders folders = host.runtime.folders();
        Files.createDirectories(folders.container(id));
        Files.createDirectories(folders.sockets(id));
        new ContainerRecords(folders)
                .save(new ContainerRecord(host.request(id, TestHost.shell("x")).container(), 1, 3, null, 4711, Instant.parse("2026-01-02T03:04:05.5Z"), null, null, null, null, false));
        host.runtime.close();
        monitor = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        monitor.bind(UnixDomainSocketAddress.of(folders.monitor(id)));
    }

    @AfterEach
    void close() throws Exception {
        monitor.close();
    }

    /** @param version what it says its version is */
    private SocketChannel greets(int version) throws IOException {
        SocketChannel agent = monitor.accept();
        ByteBuffer hello = ByteBuffer.allocate(16);
        while (hello.hasRemaining() && agent.read(hello) >= 0) {
            continue;
        }
        byte[] greeting = bytes(GREETING_1);
        greeting[8] = (byte) version;
        agent.write(ByteBuffer.wrap(greeting));
        return agent;
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    @Test
    void aMonitorOfVersion1IsAdopted() throws Exception {
        Thread old =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try (SocketChannel agent = greets(1)) {
                                        agent.write(ByteBuffer.wrap(bytes(EXIT_1)));
                                        agent.read(ByteBuffer.allocate(8)); // released
                                    } catch (IOException e) {
                                        throw new IllegalStateException(e);
                                    }
                                });
        host.boot(StepListener.NONE);
        assertThat(host.runtime.recover()).extracting(Recovered::id).containsExactly(id);
        assertThat(host.awaitEnd(id))
                .satisfies(exit -> assertThat(exit.code()).isEqualTo(7))
                .satisfies(exit -> assertThat(exit.at()).isEqualTo(Instant.parse("2026-01-02T03:04:06.5Z")));
        old.join();
        host.runtime.remove(id);
        assertThat(host.leftovers()).isEmpty();
    }

    @Test
    void aMonitorOfALaterVersionIsNotGuessedAtAndItsContainerRunsOn() throws Exception {
        Thread.ofVirtual()
                .start(
                        () -> {
                            try {
                                greets(99);
                            } catch (IOException e) {
                                throw new IllegalStateException(e);
                            }
                        });
        host.boot(StepListener.NONE);
        assertThatThrownBy(() -> host.runtime.recover())
                .hasMessage("container %s was started by a later agent: the monitor speaks version 99, this agent 1 to %d; run that one"
                        .formatted(id.shortForm(), Wire.MONITOR_VERSION));
        assertThat(Files.exists(host.runtime.folders().exit(id))).isFalse();
    }
}
