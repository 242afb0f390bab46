package io.gantry.kernel.seccomp;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.unit.Capability;
import io.gantry.kernel.capabilities.CapabilitySets;
import io.gantry.kernel.syscall.Errno;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DefaultProfileTest {
    private static final Path REFUSED = Path.of("src/test/resources/seccomp/refused.calls");
    private static final int X86_64 = 0xc000003e;
    private static final int ALLOW = 0x7fff0000;
    private static final int REFUSE = 0x00050000;
    private final CallTable table = new CallTable();
    private final List<Bpf> program = DefaultProfile.program(CapabilitySets.DEFAULT);

    private int run(int architecture, int number, long... arguments) {
        return BpfMachine.run(program, architecture, number, arguments);
    }

    private int run(String call, long... arguments) {
        return run(X86_64, table.number(call), arguments);
    }

    @Test
    void answersEveryNumberAsTheProfileSays() {
        Map<Integer, Verdict> verdicts = DefaultProfile.verdicts(table, CapabilitySets.DEFAULT);
        for (int number = 0; number <= table.highest(); number++) {
            Verdict verdict = verdicts.getOrDefault(number, Verdict.errno(Errno.EPERM));
            if (verdict instanceof Verdict.Answer(var action)) {
                assertThat(run(X86_64, number, 0)).as("call %d", number).isEqualTo(action);
            }
        }
    }

    @Test
    void refusesNamespacesButNotProcesses() {
        assertThat(run("clone", 0x01200011L)).isEqualTo(ALLOW);
        assertThat(run("clone", 0x10000011L)).as("CLONE_NEWUSER").isEqualTo(REFUSE | Errno.EPERM);
        assertThat(run("clone3", 0)).as("the C library falls back").isEqualTo(REFUSE | Errno.ENOSYS);
        assertThat(run("unshare", 0)).isEqualTo(REFUSE | Errno.EPERM);
    }

    @Test
    void refusesSocketsPastTheNetworkNamespace() {
        assertThat(run("socket", 2)).isEqualTo(ALLOW);
        assertThat(run("socket", 40)).as("AF_VSOCK").isEqualTo(REFUSE | Errno.EPERM);
        assertThat(run("socket", 38)).as("AF_ALG").isEqualTo(REFUSE | Errno.EPERM);
    }

    @Test
    void allowsTheUsualPersonalitiesOnly() {
        assertThat(run("personality", 0xffffffffL)).isEqualTo(ALLOW);
        assertThat(run("personality", 0x0040000L)).as("ADDR_NO_RANDOMIZE").isEqualTo(REFUSE | Errno.EPERM);
    }

    @Test
    void answersUnknownCallsAndOtherArchitecturesByENOSYS() {
        assertThat(run(X86_64, 9999)).isEqualTo(REFUSE | Errno.ENOSYS);
        assertThat(run(X86_64, 0x40000000)).as("x32").isEqualTo(REFUSE | Errno.ENOSYS);
        assertThat(run(0x40000003, 1)).as("i386").isEqualTo(REFUSE | Errno.ENOSYS);
    }

    @Test
    void refusesWhatReachesTheHost() {
        for (String call :
                List.of("mount", "umount2", "setns", "bpf", "perf_event_open", "keyctl", "add_key", "init_module", "kexec_load",
                        "open_by_handle_at", "reboot", "swapon", "io_uring_setup", "userfaultfd", "pivot_root", "fsopen", "iopl")) {
            assertThat(run(call)).as(call).isEqualTo(REFUSE | Errno.EPERM);
        }
    }

    @Test
    void whoHoldsSysAdminMayMountAndMakeNamespaces() {
        List<Bpf> wider = DefaultProfile.program(Set.of(Capability.SYS_ADMIN));
        for (String call : List.of("mount", "unshare", "setns", "sethostname")) {
            assertThat(BpfMachine.run(wider, X86_64, table.number(call), 0)).as(call).isEqualTo(ALLOW);
        }
        assertThat(BpfMachine.run(wider, X86_64, table.number("clone"), 0x10000011L)).as("CLONE_NEWUSER").isEqualTo(ALLOW);
        assertThat(BpfMachine.run(wider, X86_64, table.number("bpf"), 0)).isEqualTo(REFUSE | Errno.EPERM);
    }

    @Test
    void allowsRandomNumbers() {
        assertThat(run("getrandom", 0, 48, 0)).as("OpenSSL has no other source").isEqualTo(ALLOW);
    }

    @Test
    void forgetsNoCall() throws IOException {
        List<DefaultProfile.Group> refused = DefaultProfile.groups(Files.readAllLines(REFUSED).stream().filter(line -> !line.isBlank()).toList());
        assertThat(refused).allSatisfy(group -> assertThat(group.reason()).hasSizeGreaterThan(10));
        List<String> named = Stream.concat(refused.stream(), DefaultProfile.groups().stream()).flatMap(group -> group.calls().stream()).toList();
        assertThat(named).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(table.names());
    }

    @Test
    void everyGroupHasAReason() {
        assertThat(DefaultProfile.groups()).hasSizeGreaterThan(10).allSatisfy(group -> assertThat(group.reason()).hasSizeGreaterThan(10));
    }
}
