package io.gantry.kernel.netlink.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class NetlinkMessageTest {
    @Test
    void readsSeveralMessagesOfOneDatagram() {
        byte[] first = new MessageWriter(16, 1).u32(7).attributeText(3, "abc").toBytes();
        byte[] second = new MessageWriter(17, 2).u32(8).attributeU32(4, 9).nested(5, inner -> inner.attributeU8(6, 1)).toBytes();
        byte[] both = new byte[first.length + second.length];
        System.arraycopy(first, 0, both, 0, first.length);
        System.arraycopy(second, 0, both, first.length, second.length);

        var messages = NetlinkMessage.parse(both, both.length);

        assertThat(messages).extracting(NetlinkMessage::type).containsExactly(16, 17);
        assertThat(messages.get(0).attributes(4).text(3)).contains("abc");
        assertThat(messages.get(1).attributes(4).u32(4)).contains(9);
        assertThat(messages.get(1).attributes(4).nested(5).u8(6)).contains(1);
        assertThat(messages.get(1).attributes(4).nested(77).u8(6)).isEmpty();
    }

    @Test
    void refusesALengthBeyondTheDatagram() {
        byte[] message = new MessageWriter(16, 1).u32(7).toBytes();
        message[0] = 100;
        assertThatThrownBy(() -> NetlinkMessage.parse(message, message.length))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a message of 100 bytes at 0 of 20");
    }

    @Test
    void growsWithItsContent() {
        byte[] long1 = new byte[1000];
        assertThat(new MessageWriter(1, 0).attribute(1, long1).toBytes()).hasSize(16 + 4 + 1000);
    }
}
