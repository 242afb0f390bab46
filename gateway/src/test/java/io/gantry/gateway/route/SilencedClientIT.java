package io.gantry.gateway.route;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.RawUnixChannelOption;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.impl.ConnectionBase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that ask for far more than they read. What they are sent then waits in the server. The server's patience is of seconds here. */
class SilencedClientIT {
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final int NO_ROOM_SECONDS = 2;
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
    private final EpollEventLoopGroup clients = new EpollEventLoopGroup(1);
    private final CompletableFuture<Channel> served = new CompletableFuture<>();
    private final CompletableFuture<Void> noticed = new CompletableFuture<>();
    private HttpServer server;

    @BeforeEach
    void serve() throws Exception {
        server = vertx.createHttpServer()
                .connectionHandler(connection -> {
                    Channel channel = ((ConnectionBase) connection).channel();
                    SilentMachines.watch((EpollSocketChannel) channel, LOOK, PATIENCE);
                    connection.closeHandler(_ -> noticed.complete(null));
                    served.complete(channel);
                })
                .requestHandler(request -> request.response().end(Buffer.buffer(new byte[50_000_000])))
                .listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().get(10, SECONDS);
    }

    @AfterEach
    void end() throws Exception {
        clients.shutdownGracefully(0, 1, SECONDS).sync();
        vertx.close().toCompletionStage().toCompletableFuture().get(10, SECONDS);
    }

    @Test
    void isGoneFromServerAndKernelThoughItWasOwedMuch() throws Exception {
        Channel client = askAndDoNotRead();
        silence(client);
        served.get(1, SECONDS).closeFuture().get(20, SECONDS);
        noticed.get(1, SECONDS);
        int port = ((InetSocketAddress) client.localAddress()).getPort();
        assertThat(socketsOfServerTo(port)).as("the kernel's half of it").isEmpty();
    }

    @Test
    void staysWhereItsMachineStillAnswers() throws Exception {
        askAndDoNotRead();
        Thread.sleep(PATIENCE.multipliedBy(4));
        assertThat((Future<Void>) served.get(1, SECONDS).closeFuture()).isNotDone();
    }

    private Channel askAndDoNotRead() throws Exception {
        Channel client = new Bootstrap()
                .group(clients)
                .channel(EpollSocketChannel.class)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.SO_RCVBUF, 4096)
                .handler(new ChannelInboundHandlerAdapter())
                .connect("127.0.0.1", server.actualPort())
                .sync()
                .channel();
        client.writeAndFlush(Unpooled.copiedBuffer("GET / HTTP/1.1\r\nHost: d\r\n\r\n", StandardCharsets.US_ASCII)).sync();
        Thread.sleep(Duration.ofSeconds(NO_ROOM_SECONDS));
        return client;
    }

    /** From now on the kernel throws away what comes for it, unanswered: socket(7), {@code SO_ATTACH_FILTER}, with a filter that lets nothing through. */
    private static void silence(Channel client) {
        MemorySegment nothing = Arena.global().allocate(8, 8);
        nothing.set(ValueLayout.JAVA_SHORT, 0, (short) 0x06);   // BPF_RET | BPF_K, of 0 bytes
        ByteBuffer program = ByteBuffer.allocateDirect(16).order(ByteOrder.nativeOrder());
        program.putShort(0, (short) 1).putLong(8, nothing.address());
        assertThat(client.config().setOption(new RawUnixChannelOption("SO_ATTACH_FILTER", 1, 26, 16), program)).isTrue();
    }

    private Stream<String> socketsOfServerTo(int client) {
        Pattern ours = Pattern.compile(":%04X [0-9A-F]+:%04X ".formatted(server.actualPort(), client));
        return Stream.of("tcp", "tcp6").flatMap(protocol -> {
            try {
                return Files.readAllLines(Path.of("/proc/net", protocol)).stream();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }).filter(line -> ours.matcher(line).find());
    }
}
