package io.gantry.check.raw;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** A connection whose bytes are the caller's own, with a limit on how long anything may take. Closing it sends what ends it in order; {@link #reset} doesn't. */
public final class RawConnection implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private final SocketChannel channel;
    private final Selector selector;
    private final ByteArrayOutputStream read = new ByteArrayOutputStream();
    private boolean ended;

    private RawConnection(StandardProtocolFamily family, SocketAddress address) throws IOException {
        channel = SocketChannel.open(family);
        channel.connect(address);
        channel.configureBlocking(false);
        selector = Selector.open();
        channel.register(selector, SelectionKey.OP_READ);
    }

    public static RawConnection tcp(int port) throws IOException {
        return new RawConnection(StandardProtocolFamily.INET, new InetSocketAddress("127.0.0.1", port));
    }

    public static RawConnection unix(Path socket) throws IOException {
        return new RawConnection(StandardProtocolFamily.UNIX, UnixDomainSocketAddress.of(socket));
    }

    /** By which the other side knows it; of TCP. */
    public int localPort() throws IOException {
        return ((InetSocketAddress) channel.getLocalAddress()).getPort();
    }

    /** Bytes as they stand in the text, each a character. */
    public RawConnection send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** As much of it as the other side takes in time, or until it has gone. */
    public RawConnection send(byte[] bytes) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(bytes);
        SelectionKey key = channel.keyFor(selector);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (left.hasRemaining()) {
            try {
                if (channel.write(left) == 0) {
                    key.interestOps(SelectionKey.OP_WRITE);
                    selector.select(100);
                    selector.selectedKeys().clear();
                    key.interestOps(SelectionKey.OP_READ);
                }
            } catch (IOException gone) {
                return this;
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError(left.remaining() + " bytes were not taken within " + PATIENCE.toSeconds() + " s");
            }
        }
        return this;
    }

    /** These over and over, as long as they are taken at once: nobody may read them. */
    public RawConnection flood(byte[] bytes) {
        try {
            while (channel.write(ByteBuffer.wrap(bytes)) == bytes.length) {
                Thread.onSpinWait();
            }
        } catch (IOException gone) {
            return this;
        }
        return this;
    }

    /** All that comes until the other side ends the connection. */
    public String readAll() throws IOException {
        return readUntil(null, PATIENCE);
    }

    /** All that has come when that has come. */
    public String readUntil(String what) throws IOException {
        return readUntil(what, PATIENCE);
    }

    /** @param what {@code null}: the end of the connection */
    public String readUntil(String what, Duration within) throws IOException {
        long deadline = System.nanoTime() + within.toNanos();
        while (!(what == null ? ended : text().contains(what))) {
            long left = deadline - System.nanoTime();
            if (ended || left <= 0) {
                throw new AssertionError((what == null ? "no end" : "no '" + what + "'") + (ended ? " before the end" : " within " + within.toSeconds() + " s") + ", but: " + text());
            }
            selector.select(Math.max(1, left / 1_000_000));
            selector.selectedKeys().clear();
            take();
        }
        return text();
    }

    /** So many bytes, from the first on. */
    public String readLength(int length) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (read.size() < length) {
            if (ended || System.nanoTime() > deadline) {
                throw new AssertionError(read.size() + " bytes came of " + length + ": " + text());
            }
            selector.select(100);
            selector.selectedKeys().clear();
            take();
        }
        return text();
    }

    /** Whether the other side ends the connection and says nothing. */
    public boolean endsSilently() throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!ended && read.size() == 0) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("neither an answer nor an end within " + PATIENCE.toSeconds() + " s");
            }
            selector.select(100);
            selector.selectedKeys().clear();
            take();
        }
        return read.size() == 0;
    }

    private void take() {
        ByteBuffer some = ByteBuffer.allocate(1 << 16);
        try {
            int count = channel.read(some);
            ended = count < 0;
        } catch (IOException reset) {
            ended = true;
        }
        read.write(some.array(), 0, some.position());
    }

    private String text() {
        return read.toString(StandardCharsets.ISO_8859_1);
    }

    /** The end of what we say. */
    public RawConnection endOutput() throws IOException {
        channel.shutdownOutput();
        return this;
    }

    /** Gone, as a program or machine that dies: TCP sends a RST. */
    public void reset() throws IOException {
        if (channel.getLocalAddress() instanceof InetSocketAddress) {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        }
        close();
    }

    @Override
    public void close() throws IOException {
        selector.close();
        channel.close();
    }
}
