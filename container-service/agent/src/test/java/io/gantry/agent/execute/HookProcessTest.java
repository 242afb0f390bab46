package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.plan.BundleStep.HookState;
import io.gantry.agent.plan.BundleStep.RunHook;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class HookProcessTest {
    /** More than a pipe holds. */
    private static final String LARGE = "x".repeat(200_000);

    @TempDir Path folder;

    @Test
    void oneThatReadsNothingIsEndedWhenItsTimeIsOver() {
        assertThatThrownBy(() -> HookProcess.run(hook(1, "exec sleep 1000"), 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("hooks.createRuntime")
                .hasMessageContaining("isn't done after 1 s");
    }

    @Test
    void oneThatReadsNothingMayEndWell() {
        HookProcess.run(hook(10, "exit 0"), 1);
    }

    @Test
    void theStateArrivesWhole() throws Exception {
        Path seen = folder.resolve("seen");
        HookProcess.run(hook(10, "cat > " + seen), 77);
        assertThat(Files.readString(seen)).contains("\"pid\":77", LARGE);
    }

    private static RunHook hook(long seconds, String script) {
        HookState state = new HookState("1.2.0", "box", "creating", "/bundle", Map.of("large", LARGE));
        return new RunHook("createRuntime", List.of("/bin/sh", "-c", script), Map.of("PATH", "/usr/bin:/bin"), seconds, state);
    }
}
