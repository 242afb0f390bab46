package io.gantry.agent.execute;

import io.gantry.agent.plan.BundleStep;
import io.gantry.contracts.envelope.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A bundle's hook: it reads the container's state and is waited for. What it prints goes to this command's errors. */
public final class HookProcess {
    private HookProcess() {}

    /**
     * @param pid of the container's first process; 0 once there is none
     * @throws IllegalStateException if it fails, or isn't done in time
     */
    public static void run(BundleStep.RunHook hook, int pid) {
        ProcessBuilder builder =
                new ProcessBuilder(hook.command()).redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().clear();
        builder.environment().putAll(hook.environment());
        try {
            Process process = builder.start();
            String state = state(hook.state(), pid);
            // aside: one that doesn't read it would keep us from seeing that its time is over
            Thread.ofPlatform().daemon().name("hook's state").start(() -> tell(process, state));
            if (hook.timeoutSeconds() > 0 && !process.waitFor(hook.timeoutSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("hooks.%s: %s isn't done after %d s".formatted(hook.moment(), hook.command(), hook.timeoutSeconds()));
            }
            int code = process.waitFor();
            if (code != 0) {
                throw new IllegalStateException("hooks.%s: %s ended with %d".formatted(hook.moment(), hook.command(), code));
            }
        } catch (IOException e) {
            throw new IllegalStateException("hooks.%s: %s can't be run: %s".formatted(hook.moment(), hook.command(), e.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted in hooks." + hook.moment(), e);
        }
    }

    /** A hook need not read it. */
    private static void tell(Process process, String state) {
        try (OutputStream input = process.getOutputStream()) {
            input.write(state.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            return;
        }
    }

    private static String state(BundleStep.HookState state, int pid) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("ociVersion", state.ociVersion());
        all.put("id", state.id());
        all.put("status", state.status());
        all.put("pid", pid);
        all.put("bundle", state.bundle());
        all.put("annotations", state.annotations());
        return Json.write(all);
    }
}
