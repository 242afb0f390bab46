package io.gantry.kernel.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.kernel.cgroup.DeviceProgram.Rule;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeviceProgramTest {
    private static final int MAKE = 1;
    private static final int READ = 2;
    private static final int WRITE = 4;

    private static boolean opens(byte[] program, char type, int access, int major, int minor) {
        return run(program, (type == 'c' ? 2 : 1) | access << 16, major, minor) == 1;
    }

    /** The few instructions that these programs have, as Documentation/bpf/standardization/instruction-set.rst says what they do. */
    private static long run(byte[] program, int... context) {
        ByteBuffer code = ByteBuffer.wrap(program).order(ByteOrder.nativeOrder());
        long[] registers = new long[11];
        for (int at = 0; ; at++) {
            int operation = code.get(8 * at) & 0xff;
            int to = code.get(8 * at + 1) & 0xf;
            int from = code.get(8 * at + 1) >> 4 & 0xf;
            int offset = code.getShort(8 * at + 2);
            int value = code.getInt(8 * at + 4);
            switch (operation) {
                case 0x61 -> registers[to] = Integer.toUnsignedLong(context[offset / 4]);
                case 0x57 -> registers[to] &= value;
                case 0x77 -> registers[to] >>>= value;
                case 0xb7 -> registers[to] = value;
                case 0xbf -> registers[to] = registers[from];
                case 0x55 -> at += registers[to] != value ? offset : 0;
                case 0x15 -> at += registers[to] == value ? offset : 0;
                case 0x95 -> {
                    return registers[0];
                }
                default -> throw new AssertionError("instruction 0x" + Integer.toHexString(operation));
            }
        }
    }

    @Test
    void theUsualOneOpensWhatEveryContainerHas() {
        byte[] usual = DeviceProgram.usual();
        assertThat(opens(usual, 'c', READ | WRITE, 1, 3)).isTrue();
        assertThat(opens(usual, 'c', READ, 136, 7)).isTrue();
        assertThat(opens(usual, 'c', READ, 10, 200)).isFalse();
        assertThat(opens(usual, 'b', READ, 1, 3)).isFalse();
    }

    @Test
    void whatNoRuleIsAboutIsRefused() {
        assertThat(opens(DeviceProgram.of(List.of()), 'c', READ, 1, 3)).isFalse();
        assertThat(opens(DeviceProgram.of(List.of(new Rule(true, 'c', 1, 3, "rwm"))), 'c', READ, 1, 5)).isFalse();
        assertThat(opens(DeviceProgram.of(List.of(new Rule(true, 'c', 1, 3, "rwm"))), 'b', READ, 1, 3)).isFalse();
    }

    /** The kernel takes no program with instructions that are never reached. */
    @Test
    void nothingStandsBehindARuleThatAlwaysDecides() {
        Rule nothing = new Rule(false, 'a', -1, -1, "rwm");
        Rule terminal = new Rule(true, 'c', 5, 0, "rwm");
        assertThat(DeviceProgram.of(List.of(new Rule(true, 'b', 8, 0, "r"), nothing, terminal))).isEqualTo(DeviceProgram.of(List.of(nothing, terminal)));
        assertThat(DeviceProgram.of(List.of(nothing, terminal))).hasSameSizeAs(DeviceProgram.of(List.of(terminal)));
    }

    @Test
    void theLaterRuleCountsMore() {
        byte[] program = DeviceProgram.of(List.of(new Rule(true, 'a', -1, -1, "rwm"), new Rule(false, 'b', 8, -1, "rwm"), new Rule(true, 'b', 8, 1, "r")));
        assertThat(opens(program, 'c', READ | WRITE | MAKE, 77, 77)).isTrue();
        assertThat(opens(program, 'b', READ, 8, 0)).isFalse();
        assertThat(opens(program, 'b', READ, 8, 1)).isTrue();
        assertThat(opens(program, 'b', READ | WRITE, 8, 1)).isFalse();
        assertThat(opens(program, 'b', READ, 9, 1)).isTrue();
    }

    @Test
    void allowedIsAllThatIsWantedOrNothingAndDeniedIsAnyOfIt() {
        byte[] allowed = DeviceProgram.of(List.of(new Rule(true, 'c', 5, 1, "rm")));
        assertThat(opens(allowed, 'c', READ, 5, 1)).isTrue();
        assertThat(opens(allowed, 'c', READ | MAKE, 5, 1)).isTrue();
        assertThat(opens(allowed, 'c', READ | WRITE, 5, 1)).isFalse();
        byte[] denied = DeviceProgram.of(List.of(new Rule(true, 'a', -1, -1, "rwm"), new Rule(false, 'c', 5, -1, "w")));
        assertThat(opens(denied, 'c', READ, 5, 1)).isTrue();
        assertThat(opens(denied, 'c', READ | WRITE, 5, 1)).isFalse();
        assertThat(opens(denied, 'c', WRITE, 6, 1)).isTrue();
    }
}
