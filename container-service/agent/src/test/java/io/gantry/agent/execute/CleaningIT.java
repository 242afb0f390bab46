package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.id.ContainerId;
import io.gantry.kernel.syscall.Errno;
import io.gantry.kernel.syscall.LinuxSystemCalls;
import io.gantry.kernel.syscall.SyscallFailure;
import io.gantry.kernel.syscall.SystemCalls;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is left of a container that has ended, and who takes it away. */
@Timeout(60)
class CleaningIT {
    private static final Set<String> WAITS = Set.of("waitFor", "awaitChange", "removeFolder");
    private final SystemCalls real = new LinuxSystemCalls();
    /** By name of the call, whether it was ever made on a virtual thread. */
    private final Map<String, Boolean> virtual = new ConcurrentHashMap<>();
    private final ContainerId id = TestHost.newId();
    private volatile boolean stuck;
    @AutoClose private final TestHost host = TestHost.make();

    @BeforeEach
    void boot() throws Exception {
        host.runtime.close();
        host.boot(Means.usual().calling(calls()));
    }

    @AfterEach
    void letGo() {
        stuck = false;
    }

    /** While it is {@code stuck}, a group can't be removed, as one in which a process waits for a disk. */
    private SystemCalls calls() {
        return (SystemCalls) Proxy.newProxyInstance(
                SystemCalls.class.getClassLoader(), new Class<?>[] {SystemCalls.class}, (_, method, arguments) -> {
                    if (WAITS.contains(method.getName())) {
                        virtual.merge(method.getName(), Thread.currentThread().isVirtual(), Boolean::logicalOr);
                    }
                    if (stuck && method.getName().equals("removeFolder")) {
                        throw new SyscallFailure("rmdir", (String) arguments[0], Errno.EBUSY);
                    }
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Test
    void noVirtualThreadWaitsForTheKernel() throws Exception {
        host.run(id, TestHost.shell("true"));
        host.runtime.remove(id);
        assertThat(virtual).containsEntry("waitFor", false).containsEntry("removeFolder", false).doesNotContainValue(true);
    }

    @Test
    void whatCantBeTakenAwayAtOnceIsTakenAwayLater() throws Exception {
        stuck = true;
        host.run(id, TestHost.shell("true"));
        ContainerId second = TestHost.newId();
        assertThat(host.run(second, TestHost.shell("exit 3")).code()).isEqualTo(3);
        assertThat(slot(second)).isNotEqualTo(slot(id));
        int freed = slot(id);
        host.runtime.remove(id);
        host.runtime.remove(second);
        assertThat(host.leftovers()).isNotEmpty();

        stuck = false;
        Instant deadline = Instant.now().plus(Duration.ofSeconds(30));
        while (!host.leftovers().isEmpty()) {
            assertThat(Instant.now()).as(host.leftovers().toString()).isBefore(deadline);
            Thread.onSpinWait();
        }
        ContainerId third = TestHost.newId();
        host.run(third, TestHost.shell("true"));
        assertThat(slot(third)).as("the lowest is free again").isEqualTo(freed);
    }

    private int slot(ContainerId of) throws Exception {
        return Json.read(Files.readString(host.runtime.folders().record(of)), ContainerRecord.class).slot();
    }
}
