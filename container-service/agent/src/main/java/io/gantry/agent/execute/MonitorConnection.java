package io.gantry.agent.execute;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A connection to a container's monitor: frames both ways. One thread reads; any may send. A monitor outlives its agent, so that it may be
 * older than the one that dials it: each side says its version, and the agent speaks the monitor's.
 */
final class MonitorConnection implements AutoCloseable {
    private final SocketChannel channel;
    private final ReentrantLock sending = new ReentrantLock();
    private final Wire.Status greeting;

    /** @param payload little endian */
    record Frame(int kind, ByteBuffer payload) {}

    private MonitorConnection(SocketChannel channel, int role) throws IOException {
        this.channel = channel;
        greeting = Wire.Status.read(greet(role).payload());
        if (greeting.version() < Wire.OLDEST_MONITOR || greeting.version() > Wire.MONITOR_VERSION) {
            throw new LaterMonitor(greeting.version());
        }
    }

    private Frame greet(int role) throws HungUp {
        try {
            send(Wire.FRAME_HELLO, Wire.buffer(8).putInt(Wire.MONITOR_VERSION).putInt(role).flip());
            return read().orElseThrow(() -> new EOFException("nothing was answered"));
        } catch (IOException e) {
            throw new HungUp(e);
        }
    }

    /** The monitor took the call and ended it: it has no place left, or ends itself. */
    static final class HungUp extends IOException {
        private static final long serialVersionUID = 1L;

        private HungUp(IOException cause) {
            super("the monitor hung up: " + cause.getMessage(), cause);
        }
    }

    /** @throws IOException also when no monitor listens there any more */
    static MonitorConnection dial(Path socket, int role) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            return new MonitorConnection(channel, role);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** What the monitor knew when it was dialled. */
    Wire.Status greeting() {
        return greeting;
    }

    void send(int kind, ByteBuffer payload) throws IOException {
        ByteBuffer head = Wire.buffer(Wire.FRAME_HEADER).putInt(kind).putInt(payload.remaining()).flip();
        ByteBuffer[] parts = {head, payload};
        sending.lock();
        try {
            while (payload.hasRemaining() || head.hasRemaining()) {
                channel.write(parts);
            }
        } finally {
            sending.unlock();
        }
    }

    /** The next frame; empty when the monitor has gone. */
    Optional<Frame> read() throws IOException {
        ByteBuffer head = Wire.buffer(Wire.FRAME_HEADER);
        if (!fill(head)) {
            return Optional.empty();
        }
        int kind = head.getInt(0);
        ByteBuffer payload = Wire.buffer(head.getInt(4));
        return fill(payload) ? Optional.of(new Frame(kind, payload.flip())) : Optional.empty();
    }

    /** Until the monitor has gone, whatever it still says. */
    void awaitHangUp() {
        try {
            while (read().isPresent()) {
                continue;
            }
        } catch (IOException e) {
            return; // gone, too
        }
    }

    private boolean fill(ByteBuffer into) throws IOException {
        while (into.hasRemaining()) {
            if (channel.read(into) < 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // closed is closed
            return;
        }
    }
}
