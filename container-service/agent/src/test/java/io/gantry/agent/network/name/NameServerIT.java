package io.gantry.agent.network.name;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.network.plan.HostNetworkPlan.Zone;
import io.gantry.contracts.unit.Cidr;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.kernel.netlink.socket.NetworkNamespace;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** On an address of this host's loopback. */
@Timeout(30)
class NameServerIT {
    private static final Ipv4 HERE = Ipv4.parse("127.77.0.1");

    @TempDir Path folder;

    @Test
    void aQuestionThatCannotBeAnsweredIsNotTheLast() throws Exception {
        Map<String, Set<Ipv4>> names = new HashMap<>() {
            @Override
            public boolean containsKey(Object name) {
                if (name.equals("odd")) {
                    throw new IllegalStateException("this one can't be looked up");
                }
                return super.containsKey(name);
            }
        };
        names.put("web", Set.of(Ipv4.parse("127.77.0.7")));
        Zone zone = new Zone("shop", HERE, Cidr.parse("127.77.0.0/24"), names);
        HostResolvers nobody = new HostResolvers(NetworkNamespace.current(), folder.resolve("resolv.conf"), _ -> false);
        try (NameServer server = new NameServer(NetworkNamespace.current(), zone, nobody); DatagramSocket socket = new DatagramSocket()) {
            server.start();
            ask(socket, "odd.");
            assertThat(answer(ask(socket, "web."), socket)).isEqualTo("127.77.0.7");
        }
    }

    @Test
    void whoHoldsAllTheConnectionsItCanLeavesSomeToOthers() throws Exception {
        Zone zone = new Zone("shop", HERE, Cidr.parse("127.77.0.0/24"), Map.of("web", Set.of(Ipv4.parse("127.77.0.7"))));
        HostResolvers nobody = new HostResolvers(NetworkNamespace.current(), folder.resolve("resolv.conf"), _ -> false);
        List<Socket> held = new ArrayList<>();
        try (NameServer server = new NameServer(NetworkNamespace.current(), zone, nobody)) {
            server.start();
            for (int i = 0; i < 600; i++) {
                held.add(connect("127.77.0.66"));
            }
            try (Socket other = connect("127.77.0.3")) {
                byte[] question = Message.newQuery(Record.newRecord(Name.fromString("web."), Type.A, DClass.IN)).toWire();
                new DataOutputStream(other.getOutputStream()).writeShort(question.length);
                other.getOutputStream().write(question);
                DataInputStream in = new DataInputStream(other.getInputStream());
                assertThat(new Message(in.readNBytes(in.readUnsignedShort())).getSection(Section.ANSWER).getFirst().rdataToString()).isEqualTo("127.77.0.7");
            }
        } finally {
            for (Socket one : held) {
                one.close();
            }
        }
    }

    @Test
    void theNextServerOfAnAddressFindsItsPortsFree() {
        Zone zone = new Zone("shop", HERE, Cidr.parse("127.77.0.0/24"), Map.of());
        HostResolvers nobody = new HostResolvers(NetworkNamespace.current(), folder.resolve("resolv.conf"), _ -> false);
        for (int i = 0; i < 300; i++) {
            try (NameServer server = new NameServer(NetworkNamespace.current(), zone, nobody)) {
                server.start();
            }
        }
    }

    private static Socket connect(String from) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(from, 0));
        socket.connect(new InetSocketAddress(HERE.toString(), 53));
        socket.setSoTimeout(5000);
        return socket;
    }

    private static int ask(DatagramSocket socket, String name) throws Exception {
        Message question = Message.newQuery(Record.newRecord(Name.fromString(name), Type.A, DClass.IN));
        byte[] wire = question.toWire();
        socket.send(new DatagramPacket(wire, wire.length, InetAddress.getByName(HERE.toString()), 53));
        return question.getHeader().getID();
    }

    private static String answer(int id, DatagramSocket socket) throws Exception {
        socket.setSoTimeout(5000);
        DatagramPacket packet = new DatagramPacket(new byte[1500], 1500);
        try {
            socket.receive(packet);
        } catch (SocketTimeoutException e) {
            return "silence";
        }
        byte[] wire = Arrays.copyOf(packet.getData(), packet.getLength());
        Message message = new Message(wire);
        assertThat(message.getHeader().getID()).isEqualTo(id);
        return message.getSection(Section.ANSWER).getFirst().rdataToString();
    }
}
