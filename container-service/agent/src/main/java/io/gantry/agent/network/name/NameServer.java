package io.gantry.agent.network.name;

import io.gantry.agent.network.plan.HostNetworkPlan.Zone;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.kernel.netlink.socket.NetworkNamespace;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;

/**
 * One network's server, UDP and TCP port 53 on the gateway address. A datagram that is ours is answered by the thread that read it; what
 * must be asked of others waits on a virtual thread, of which there are so many and no more.
 */
final class NameServer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(NameServer.class.getName());
    private static final int PORT = 53;
    private static final int SMALLEST_UDP = 512;
    private static final int LARGEST = 65_535;
    private static final int MOST_WAITING = 512;
    private static final int MOST_OF_ONE = 128;
    private static final int IDLE_MILLIS = 10_000;
    private static final Duration LONGEST_END = Duration.ofSeconds(2);

    private final DatagramChannel datagrams;
    private final ServerSocketChannel connections;
    private final HostResolvers resolvers;
    private final Patience waiting = new Patience(MOST_WAITING, MOST_OF_ONE);
    private final AtomicInteger rotation = new AtomicInteger();
    private final List<Thread> serving;
    private volatile Zone zone;

    /** Binds at once; {@link #start} begins to answer. */
    NameServer(NetworkNamespace namespace, Zone zone, HostResolvers resolvers) {
        this.zone = zone;
        this.resolvers = resolvers;
        this.datagrams = namespace.call(() -> bindDatagrams(zone.listen()));
        this.connections = namespace.call(() -> bindConnections(zone.listen()));
        this.serving = List.of(
                Thread.ofPlatform().daemon().name("dns-udp " + zone.listen()).unstarted(this::serveDatagrams),
                Thread.ofPlatform().daemon().name("dns-tcp " + zone.listen()).unstarted(this::serveConnections));
    }

    private static DatagramChannel bindDatagrams(Ipv4 address) {
        try {
            DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET);
            return channel.bind(new InetSocketAddress(address.toString(), PORT));
        } catch (IOException e) {
            throw new UncheckedIOException("bind the name server to " + address + ":53/udp", e);
        }
    }

    private ServerSocketChannel bindConnections(Ipv4 address) {
        try {
            ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.INET);
            return channel.bind(new InetSocketAddress(address.toString(), PORT));
        } catch (IOException e) {
            closeQuietly(datagrams);
            throw new UncheckedIOException("bind the name server to " + address + ":53/tcp", e);
        }
    }

    void start() {
        serving.forEach(Thread::start);
    }

    /** From now on answers are these. */
    void become(Zone other) {
        zone = other;
    }

    private void serveDatagrams() {
        ByteBuffer buffer = ByteBuffer.allocate(LARGEST);
        while (datagrams.isOpen()) {
            try {
                SocketAddress client = datagrams.receive(buffer.clear());
                byte[] question = new byte[buffer.flip().remaining()];
                buffer.get(question);
                answerDatagram(question, client);
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, "a datagram was lost", e);
            } catch (RuntimeException e) {
                // one odd question must not be the end of all answers
                LOG.log(System.Logger.Level.WARNING, "a question to " + zone.listen() + " could not be answered", e);
            }
        }
    }

    private void answerDatagram(byte[] question, SocketAddress client) throws IOException {
        Message query = parse(question);
        if (query == null) {
            return;
        }
        Ipv4 from = address(client);
        Optional<Message> own = NameAnswers.answer(query, zone.knownTo(from), rotation.getAndIncrement());
        if (own.isPresent()) {
            reply(own.get().toWire(udpSize(query)), client);
        } else if (!waiting.begin(from)) {
            reply(NameAnswers.refusal(query, Rcode.SERVFAIL).toWire(), client);
        } else {
            Thread.ofVirtual().start(() -> askOthers(query, question, client, from));
        }
    }

    /** Both sockets are of IPv4. */
    private static Ipv4 address(SocketAddress client) {
        return Ipv4.parse(((InetSocketAddress) client).getAddress().getHostAddress());
    }

    private void askOthers(Message query, byte[] question, SocketAddress client, Ipv4 from) {
        try {
            reply(forward(query, question, from, false), client);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "an answer was lost", e);
        } finally {
            waiting.end(from);
        }
    }

    private byte[] forward(Message query, byte[] question, Ipv4 client, boolean stream) {
        if (resolvers.addresses(client).isEmpty()) {
            return NameAnswers.refusal(query, Rcode.REFUSED).toWire();
        }
        return resolvers.ask(client, question, stream).orElseGet(() -> NameAnswers.refusal(query, Rcode.SERVFAIL).toWire());
    }

    private void reply(byte[] answer, SocketAddress client) throws IOException {
        datagrams.send(ByteBuffer.wrap(answer), client);
    }

    private static int udpSize(Message query) {
        return query.getOPT() == null
                ? SMALLEST_UDP
                : Math.max(SMALLEST_UDP, Math.min(query.getOPT().getPayloadSize(), NameAnswers.UDP_SIZE));
    }

    private void serveConnections() {
        while (connections.isOpen()) {
            try {
                SocketChannel client = connections.accept();
                Ipv4 from = address(client.getRemoteAddress());
                if (waiting.begin(from)) {
                    Thread.ofVirtual().start(() -> serve(client, from));
                } else {
                    client.close();
                }
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException | RuntimeException e) {
                LOG.log(System.Logger.Level.DEBUG, "a connection was lost", e);
            }
        }
    }

    /** RFC 1035, section 4.2.2: each message behind its length. */
    private void serve(SocketChannel client, Ipv4 from) {
        try (client) {
            client.socket().setSoTimeout(IDLE_MILLIS);
            DataInputStream in = new DataInputStream(client.socket().getInputStream());
            DataOutputStream out = new DataOutputStream(client.socket().getOutputStream());
            while (true) {
                byte[] question = in.readNBytes(in.readUnsignedShort());
                Message query = parse(question);
                if (query == null) {
                    return;
                }
                byte[] answer =
                        NameAnswers.answer(query, zone.knownTo(from), rotation.getAndIncrement())
                                .map(own -> own.toWire(LARGEST))
                                .orElseGet(() -> forward(query, question, from, true));
                out.writeShort(answer.length);
                out.write(answer);
                out.flush();
            }
        } catch (IOException e) {
            // the client went, or was silent too long
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "a question to " + zone.listen() + " could not be answered", e);
        } finally {
            waiting.end(from);
        }
    }

    /** {@code null} for what is no question: nothing is answered to that, lest two servers answer each other for ever. */
    private static Message parse(byte[] bytes) {
        try {
            Message message = new Message(bytes);
            return message.getHeader().getFlag(org.xbill.DNS.Flags.QR) ? null : message;
        } catch (IOException e) {
            return null;
        }
    }

    /** Both ports are free afterwards: the kernel keeps a socket for as long as a thread is in a call on it. */
    @Override
    public void close() {
        closeQuietly(datagrams);
        closeQuietly(connections);
        serving.forEach(NameServer::awaitEnd);
    }

    private static void awaitEnd(Thread thread) {
        try {
            if (thread.isAlive() && !thread.join(LONGEST_END)) {
                LOG.log(System.Logger.Level.WARNING, thread.getName() + " still holds its port");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void closeQuietly(AutoCloseable channel) {
        try {
            channel.close();
        } catch (Exception e) {
            LOG.log(System.Logger.Level.DEBUG, "close", e);
        }
    }
}
