package io.gantry.agent.execute;

import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.SystemCalls;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * The launcher as a sealed file in memory. What a container's process 1 executes can therefore never be overwritten from inside,
 * and an upgrade of the agent doesn't touch what runs.
 */
final class LauncherProgram {
    private static final String RESOURCE = "/io/gantry/launcher/linux-amd64/launcher";

    private LauncherProgram() {}

    static Fd load(SystemCalls calls) {
        try (InputStream in = LauncherProgram.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("the launcher for this architecture isn't in the class path: " + RESOURCE);
            }
            return calls.memoryFile("gantry-launcher", in.readAllBytes(), true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
