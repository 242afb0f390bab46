package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.runtime.Running;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.Mount;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sockets of a real container that lead to clients, reached through its own mounts. */
@Timeout(60)
class ClientSocketIT {
    @AutoClose private static final TestHost host = TestHost.make();
    private final ContainerId id = TestHost.newId();

    private Running start(String script, Mount... mounts) throws Exception {
        return host.runtime.start(host.request(id, TestHost.shell(script).but().mounts(List.of(mounts)).build()));
    }

    @Test
    void aSocketIsTheUsersWhoShallHaveItAndGoneWithTheRun() throws Exception {
        start(
                "for s in /run/buildkit/ssh_agent.0 /x/other; do stat -L -c '%a %u %g %F' $s; done; touch /run/gantry/clients/x 2>&1; sleep 60",
                socket("default", "/run/buildkit/ssh_agent.0", null, null, null), socket("other", "/x/other", 0640, 5, 6));
        Path folder = host.settings.run().resolve(id.value().substring(0, 16)).resolve("clients");
        assertThat(folder.resolve("0")).exists();
        CompletableFuture<SocketChannel> waits = host.runtime.accept(id, "default").orElseThrow();
        while (!host.output(id).contains("touch")) {
            Thread.sleep(10);
        }
        host.runtime.kill(id);
        host.awaitEnd(id);
        assertThat(host.output(id)).isEqualTo("600 0 0 socket\n640 5 6 socket\ntouch: /run/gantry/clients/x: Read-only file system\n");
        assertThat(waits).isCancelled();
        assertThat(folder.resolve("0")).doesNotExist();
        assertThat(host.runtime.accept(id, "default")).as("its run is over").isEmpty();
    }

    @Test
    void eachConnectionIsHadByTheNextClientWhicheverCameFirst() throws Exception {
        Running running = start("sleep 60", socket("default", "/agent", null, null, null));
        CompletableFuture<SocketChannel> left = accepted();
        CompletableFuture<SocketChannel> early = accepted();
        left.cancel(false);
        try (SocketChannel one = dial(running, 0);
                SocketChannel two = dial(running, 0);
                SocketChannel toEarly = early.get(10, TimeUnit.SECONDS)) {
            say(one, "one");
            say(two, "two");
            try (SocketChannel late = accepted().get(10, TimeUnit.SECONDS)) {
                assertThat(List.of(read(toEarly, 3), read(late, 3))).containsExactlyInAnyOrder("one", "two");
                say(late, "answer");
            }
            assertThat(early).isNotCancelled();
        }
        assertThat(host.runtime.accept(id, "nobody")).isEmpty();
        host.runtime.kill(id);
        host.awaitEnd(id);
    }

    @Test
    void whatNobodyTakesIsBounded() throws Exception {
        Running running = start("sleep 60", socket("default", "/agent", null, null, null));
        SocketChannel[] many = new SocketChannel[65];
        for (int i = 0; i < many.length; i++) {
            many[i] = dial(running, 0);
        }
        assertThat(Channels.newInputStream(many[64]).read()).as("one too many is closed").isEqualTo(-1);
        for (int i = 0; i < 64; i++) {
            accepted().get(10, TimeUnit.SECONDS).close();
        }
        for (int i = 0; i < 64; i++) {
            accepted();
        }
        assertThatThrownBy(this::accepted).hasMessage("there wait 64 already");
        host.runtime.kill(id);
        host.awaitEnd(id);
        for (SocketChannel one : many) {
            one.close();
        }
    }

    @Test
    void anAgentThatBeginsAnewAnswersOnTheSamePath() throws Exception {
        Running running = start("sleep 60", socket("default", "/agent", null, 5, 6));
        try (SocketChannel before = dial(running, 0)) {
            host.runtime.close();
            assertThat(Channels.newInputStream(before).read()).isEqualTo(-1);
            assertThatThrownBy(() -> dial(running, 0)).isInstanceOf(IOException.class);
        }
        host.boot(Means.usual());
        host.runtime.recover();
        try (SocketChannel one = dial(running, 0);
                SocketChannel client = accepted().get(10, TimeUnit.SECONDS)) {
            say(one, "again");
            assertThat(read(client, 5)).isEqualTo("again");
        }
        assertThat((int) Files.getAttribute(path(running, 0), "unix:uid") - (int) Files.getAttribute(Path.of("/proc", Integer.toString(running.pid())), "unix:uid")).isEqualTo(5);
        host.runtime.kill(id);
        host.awaitEnd(id);
    }

    private CompletableFuture<SocketChannel> accepted() {
        return host.runtime.accept(id, "default").orElseThrow();
    }

    private static Mount socket(String id, String target, Integer mode, Integer uid, Integer gid) {
        return new Mount.Socket(id, target, mode, uid, gid);
    }

    private static Path path(Running running, int number) {
        return Path.of("/proc", Integer.toString(running.pid()), "root/run/gantry/clients", Integer.toString(number));
    }

    private static SocketChannel dial(Running running, int number) throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(path(running, number)));
    }

    private static void say(SocketChannel to, String words) throws IOException {
        to.write(ByteBuffer.wrap(words.getBytes(StandardCharsets.UTF_8)));
    }

    private static String read(SocketChannel from, int count) throws IOException {
        return new String(Channels.newInputStream(from).readNBytes(count), StandardCharsets.UTF_8);
    }
}
