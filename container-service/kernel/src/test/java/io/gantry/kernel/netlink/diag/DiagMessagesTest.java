package io.gantry.kernel.netlink.diag;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.unit.Ipv4;
import io.gantry.kernel.netlink.diag.BoundSocket.Transport;
import io.gantry.kernel.netlink.wire.NetlinkMessage;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Our bytes beside those that iproute2 6.1 was seen to send, and what Linux 6.18 answered it. The socket's part (flags REQUEST and DUMP, sequence
 * number) is 0 in ours: bytes 6, 7 and 8 to 11.
 */
class DiagMessagesTest {
    /** ss -4 -ltn */
    @Test
    void asksForListenersAsIproute2Does() {
        assertThat(HexFormat.of().formatHex(DiagMessages.dump(DiagHeader.AF_INET, Transport.TCP)))
                .isEqualTo("48000000 14000000 00000000 00000000 02060000 80040000".replace(" ", "") + "00".repeat(48));
    }

    /** ss -4 -lun */
    @Test
    void asksForBoundUdpAsIproute2Does() {
        assertThat(HexFormat.of().formatHex(DiagMessages.dump(DiagHeader.AF_INET, Transport.UDP)))
                .isEqualTo("48000000 14000000 00000000 00000000 02110000 80040000".replace(" ", "") + "00".repeat(48));
    }

    /** 0.0.0.0:22 and 127.0.0.1:8080 */
    @Test
    void readsListenersOnEveryAndOnOneAddress() {
        assertThat(read(Transport.TCP,
                        """
                        7c000000 14000200 40e20100 d1340000 020a0000 00160000 00000000 00000000
                        00000000 00000000 00000000 00000000 00000000 00000000 00000000 1c000000
                        00000000 00000000 00000000 05000000 00000000 e8350800 05000800 00000000
                        08000f00 00000000 0c001500 01000000 00000000 06001600 52000000 7c000000
                        14000200 40e20100 d1340000 020a0000 1f900000 7f000001 00000000 00000000
                        00000000 00000000 00000000 00000000 00000000 00000000 1d000000 00000000
                        00000000 00000000 05000000 00000000 e9350800 05000800 00000000 08000f00
                        00000000 0c001500 01000000 00000000 06001600 52000000
                        """))
                .containsExactly(
                        new BoundSocket(Transport.TCP, Optional.empty(), 22, 0x835e8),
                        new BoundSocket(Transport.TCP, Optional.of(Ipv4.parse("127.0.0.1")), 8080, 0x835e9));
    }

    /** [::]:80 for both families, [::]:81 for IPv6 only, [::ffff:127.0.0.1]:82 */
    @Test
    void readsWhichIpv6ListenersTakeIpv4() {
        assertThat(read(Transport.TCP,
                        """
                        84000000 14000200 40e20100 d6340000 0a0a0000 00500000 00000000 00000000
                        00000000 00000000 00000000 00000000 00000000 00000000 00000000 20000000
                        00000000 00000000 00000000 05000000 00000000 ea350800 05000800 00000000
                        05000b00 00000000 08000f00 00000000 0c001500 01000000 00000000 06001600
                        12000000 84000000 14000200 40e20100 d6340000 0a0a0000 00510000 00000000
                        00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000
                        21000000 00000000 00000000 00000000 05000000 00000000 eb350800 05000800
                        00000000 05000b00 01000000 08000f00 00000000 0c001500 01000000 00000000
                        06001600 12000000 84000000 14000200 40e20100 d6340000 0a0a0000 00520000
                        00000000 00000000 0000ffff 7f000001 00000000 00000000 00000000 00000000
                        00000000 22000000 00000000 00000000 00000000 05000000 00000000 ed350800
                        05000800 00000000 05000b00 00000000 08000f00 00000000 0c001500 01000000
                        00000000 06001600 12000000
                        """))
                .containsExactly(
                        new BoundSocket(Transport.TCP, Optional.empty(), 80, 0x835ea),
                        new BoundSocket(Transport.TCP, Optional.of(Ipv4.parse("127.0.0.1")), 82, 0x835ed));
    }

    /** 127.0.0.1:53 */
    @Test
    void readsBoundUdp() {
        String answer =
                """
                7c000000 14000200 40e20100 da340000 02070000 00350000 7f000001 00000000
                00000000 00000000 00000000 00000000 00000000 00000000 00000000 25000000
                00000000 00000000 00000000 00000000 00000000 ec350800 05000800 00000000
                08000f00 00000000 0c001500 01000000 00000000 06001600 50000000
                """;
        assertThat(read(Transport.UDP, answer)).containsExactly(new BoundSocket(Transport.UDP, Optional.of(Ipv4.parse("127.0.0.1")), 53, 0x835ec));
        assertThat(read(Transport.TCP, answer)).as("closed, for TCP").isEmpty();
    }

    private static List<BoundSocket> read(Transport transport, String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
        return NetlinkMessage.parse(bytes, bytes.length).stream().flatMap(message -> DiagMessages.read(message, transport).stream()).toList();
    }
}
