package io.gantry.agent.image.erofs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.kernel.syscall.Errno;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class AccessListTest {
    private static final int USER_OBJ = 1;
    private static final int USER = 2;
    private static final int GROUP_OBJ = 4;
    private static final int MASK = 0x10;
    private static final int OTHER = 0x20;

    @Test
    void aListForSomebodyIsKeptAndItsMaskIsWhatTheModeSaysOfTheGroup() throws Exception {
        AccessList list = AccessList.parse(list(2, entry(USER_OBJ, 7), entry(USER, 5), entry(GROUP_OBJ, 4), entry(MASK, 6), entry(OTHER, 1)));
        assertThat(list.mode()).isEqualTo(0761);
        assertThat(list.plain()).isFalse();
    }

    @Test
    void aListThatSaysNoMoreThanAModeIsPlain() throws Exception {
        AccessList list = AccessList.parse(list(2, entry(USER_OBJ, 6), entry(GROUP_OBJ, 4), entry(OTHER, 0)));
        assertThat(list.mode()).isEqualTo(0640);
        assertThat(list.plain()).isTrue();
    }

    @Test
    void whatIsNoListIsRefusedAsTheKernelWould() {
        refused(Errno.EINVAL, new byte[3]);
        refused(Errno.EINVAL, list(2));
        refused(Errno.EOPNOTSUPP, list(1, entry(USER_OBJ, 7), entry(GROUP_OBJ, 7), entry(OTHER, 7)));
        refused(Errno.EINVAL, list(2, entry(GROUP_OBJ, 7), entry(USER_OBJ, 7), entry(OTHER, 7)));
        refused(Errno.EINVAL, list(2, entry(USER_OBJ, 7), entry(USER, 7), entry(GROUP_OBJ, 7), entry(OTHER, 7)));
        refused(Errno.EINVAL, list(2, entry(USER_OBJ, 9), entry(GROUP_OBJ, 7), entry(OTHER, 7)));
        refused(Errno.EINVAL, list(2, entry(USER_OBJ, 7), entry(GROUP_OBJ, 7)));
    }

    private static void refused(int errno, byte[] value) {
        assertThatThrownBy(() -> AccessList.parse(value))
                .isInstanceOfSatisfying(AccessList.Wrong.class, wrong -> assertThat(wrong.errno()).isEqualTo(errno));
    }

    private static int[] entry(int tag, int rights) {
        return new int[] {tag, rights, tag == USER ? 33 : -1};
    }

    private static byte[] list(int version, int[]... entries) {
        ByteBuffer list = ByteBuffer.allocate(4 + 8 * entries.length).order(ByteOrder.LITTLE_ENDIAN).putInt(version);
        for (int[] entry : entries) {
            list.putShort((short) entry[0]).putShort((short) entry[1]).putInt(entry[2]);
        }
        return list.array();
    }
}
