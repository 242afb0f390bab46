package io.gantry.agent.network.name;

import io.gantry.contracts.unit.Ipv4;
import io.gantry.kernel.netlink.socket.NetworkNamespace;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Passes a question on to the resolvers in the host's resolv.conf, one after the other, as it is. */
final class HostResolvers {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final int DNS_PORT = 53;
    private static final int LARGEST = 65_535;

    private final NetworkNamespace namespace;
    private final Path configuration;
    private final Predicate<Ipv4> ourselves;
    private volatile Map<Ipv4, List<Ipv4>> others = Map.of();

    /** @param ourselves addresses that must not be asked: our own servers */
    HostResolvers(NetworkNamespace namespace, Path configuration, Predicate<Ipv4> ourselves) {
        this.namespace = namespace;
        this.configuration = configuration;
        this.ourselves = ourselves;
    }

    /** @param clients by their addresses; whoever isn't among them has the host's */
    void askFor(Map<Ipv4, List<Ipv4>> clients) {
        others = clients;
    }

    /** For that client; its own are of its choice, and never ourselves. */
    List<Ipv4> addresses(Ipv4 client) {
        List<Ipv4> own = others.get(client);
        return own == null ? addresses() : own.stream().filter(ourselves.negate()).toList();
    }

    /** Read anew for each question: the file changes with the host's networks. */
    List<Ipv4> addresses() {
        try {
            return parse(Files.readAllLines(configuration)).stream().filter(ourselves.negate()).toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** IPv4 addresses of {@code nameserver} lines, in order, resolv.conf(5); what is none is passed over, as by libc. */
    static List<Ipv4> parse(List<String> lines) {
        return lines.stream()
                .map(line -> line.strip().split("\\s+"))
                .filter(words -> words.length >= 2 && words[0].equals("nameserver"))
                .flatMap(words -> address(words[1]).stream())
                .toList();
    }

    private static Optional<Ipv4> address(String word) {
        try {
            return Optional.of(Ipv4.parse(word));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The first answer, or empty when nobody answers in time. */
    Optional<byte[]> ask(Ipv4 client, byte[] question, boolean stream) {
        for (Ipv4 server : addresses(client)) {
            try {
                return Optional.of(stream ? askByStream(server, question) : askByDatagram(server, question));
            } catch (IOException | UncheckedIOException e) {
                // the next one may know
            }
        }
        return Optional.empty();
    }

    private byte[] askByDatagram(Ipv4 server, byte[] question) throws IOException {
        try (DatagramChannel channel = namespace.call(HostResolvers::datagram)) {
            channel.connect(new InetSocketAddress(server.toString(), DNS_PORT));
            channel.write(ByteBuffer.wrap(question));
            long end = System.nanoTime() + PATIENCE.toNanos();
            DatagramPacket packet = new DatagramPacket(new byte[LARGEST], LARGEST);
            do {
                // what answers something else gives it no more time
                int left = (int) TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (left <= 0) {
                    throw new SocketTimeoutException(server + " has answered other things");
                }
                channel.socket().setSoTimeout(left);
                channel.socket().receive(packet);
            } while (packet.getLength() < 2 || packet.getData()[0] != question[0] || packet.getData()[1] != question[1]);
            return Arrays.copyOf(packet.getData(), packet.getLength());
        }
    }

    private byte[] askByStream(Ipv4 server, byte[] question) throws IOException {
        try (SocketChannel channel = namespace.call(HostResolvers::stream)) {
            channel.socket().connect(new InetSocketAddress(server.toString(), DNS_PORT), (int) PATIENCE.toMillis());
            channel.socket().setSoTimeout((int) PATIENCE.toMillis());
            ByteArrayOutputStream framed = new ByteArrayOutputStream();
            framed.write(question.length >>> 8);
            framed.write(question.length);
            framed.writeBytes(question);
            channel.socket().getOutputStream().write(framed.toByteArray());
            DataInputStream in = new DataInputStream(channel.socket().getInputStream());
            return in.readNBytes(in.readUnsignedShort());
        }
    }

    private static DatagramChannel datagram() {
        try {
            return DatagramChannel.open(StandardProtocolFamily.INET);
        } catch (IOException e) {
            throw new UncheckedIOException("open a UDP socket", e);
        }
    }

    private static SocketChannel stream() {
        try {
            return SocketChannel.open(StandardProtocolFamily.INET);
        } catch (IOException e) {
            throw new UncheckedIOException("open a TCP socket", e);
        }
    }
}
