package io.gantry.kernel.seccomp;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.unit.Capability;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubvolumeGuardTest {
    private static final int X86_64 = 0xc000003e;
    private static final int I386 = 0x40000003;
    private static final int ALLOWED = 0x7fff0000;
    private static final int EPERM = 0x00050001;
    private static final long FICLONE = 0x40049409L;
    private static final List<Bpf> ALONE = program(SubvolumeGuard.before(new byte[0]));

    private static List<Bpf> program(byte[] filter) {
        ByteBuffer in = ByteBuffer.wrap(filter).order(ByteOrder.LITTLE_ENDIAN);
        List<Bpf> program = new ArrayList<>();
        while (in.hasRemaining()) {
            program.add(new Bpf(in.getShort(), in.get() & 0xff, in.get() & 0xff, in.getInt()));
        }
        return program;
    }

    @ParameterizedTest
    @ValueSource(longs = {0x50009401L, 0x5000940eL, 0x50009417L, 0x50009418L, 0x1_5000_940eL})
    void nobodyMakesASubvolumeByWhicheverCall(long request) {
        assertThat(BpfMachine.run(ALONE, X86_64, 16, 3, request)).isEqualTo(EPERM);
        assertThat(BpfMachine.run(ALONE, X86_64, 0x40000000 | 514, 3, request)).as("x32").isEqualTo(EPERM);
        assertThat(BpfMachine.run(ALONE, I386, 54, 3, request)).as("32 bits").isEqualTo(EPERM);
    }

    @Test
    void everythingElseIsLetThrough() {
        assertThat(BpfMachine.run(ALONE, X86_64, 16, 3, FICLONE)).isEqualTo(ALLOWED);
        assertThat(BpfMachine.run(ALONE, X86_64, 54, 3, 0x5000940eL)).as("setsockopt").isEqualTo(ALLOWED);
        assertThat(BpfMachine.run(ALONE, I386, 16, 3, 0x5000940eL)).as("lchown").isEqualTo(ALLOWED);
        assertThat(BpfMachine.run(ALONE, X86_64, 165, 0, 0)).isEqualTo(ALLOWED);
    }

    @Test
    void whatTheFilterBehindItRefusesStaysRefused() {
        Set<Capability> none = Set.of();
        List<Bpf> both = program(SubvolumeGuard.before(DefaultProfile.filter(none)));
        for (int call = 0; call < 460; call++) {
            assertThat(BpfMachine.run(both, X86_64, call, 0, 0)).as("call %d", call).isEqualTo(BpfMachine.run(DefaultProfile.program(none), X86_64, call, 0, 0));
        }
        assertThat(BpfMachine.run(both, X86_64, 16, 3, 0x5000940eL)).isEqualTo(EPERM);
    }
}
