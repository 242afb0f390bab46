package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.kernel.syscall.Errno;
import io.gantry.kernel.syscall.SyscallFailure;
import io.gantry.kernel.syscall.SystemCalls;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CgroupWatchTest {
    /** What the kernel was told to freeze, in order. */
    private final List<String> written = new ArrayList<>();
    private boolean thawFails;

    private SystemCalls neverFrozen() {
        return (SystemCalls) Proxy.newProxyInstance(
                SystemCalls.class.getClassLoader(), new Class<?>[] {SystemCalls.class}, (_, method, arguments) -> switch (method.getName()) {
                    case "open" -> null;
                    case "write" -> {
                        written.add(new String((byte[]) arguments[1], StandardCharsets.US_ASCII));
                        if (thawFails && written.size() > 1) {
                            throw new SyscallFailure("write", "", Errno.ENOSPC);
                        }
                        yield null;
                    }
                    case "readAt" -> "populated 1\nfrozen 0\n".getBytes(StandardCharsets.US_ASCII);
                    case "awaitChange" -> false;
                    default -> throw new AssertionError(method.getName());
                });
    }

    @Test
    void whatDoesNotStandStillInTimeGoesOn() {
        assertThatThrownBy(() -> new CgroupWatch(neverFrozen(), "/cgroup").freeze(true))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("isn't 'frozen 1'");
        assertThat(written).containsExactly("1", "0");
    }

    @Test
    void saysBothWhenItCannotBeLetGoEither() {
        thawFails = true;
        assertThatThrownBy(() -> new CgroupWatch(neverFrozen(), "/cgroup").freeze(true)).satisfies(e -> {
            assertThat(e).hasMessageContaining("isn't 'frozen 1'");
            assertThat(e.getSuppressed()).hasSize(1);
        });
    }
}
