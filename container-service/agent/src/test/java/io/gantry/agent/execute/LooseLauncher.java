package io.gantry.agent.execute;

import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.SystemCalls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Builds the launcher from its sources, one of which lacks a protection. */
final class LooseLauncher {
    private static final Path SOURCES = Path.of("../launcher");

    private LooseLauncher() {}

    /** @param header a file of {@code src/test/c} that is put before {@code source} */
    static Fd with(SystemCalls calls, String source, String header) throws Exception {
        Path folder = Files.createTempDirectory("gantry-loose");
        try {
            List<String> link = new ArrayList<>(List.of("musl-gcc", "-std=gnu11", "-Os", "-static", "-o", folder.resolve("launcher").toString()));
            HostileHost.run(
                    "musl-gcc", "-std=gnu11", "-Os", "-static", "-include", "src/test/c/" + header, "-c", SOURCES.resolve(source).toString(), "-o",
                    folder.resolve("loose.o").toString());
            link.add(folder.resolve("loose.o").toString());
            try (var files = Files.list(SOURCES)) {
                files.map(Path::toString).filter(name -> name.endsWith(".c") && !name.endsWith("/" + source)).forEach(link::add);
            }
            HostileHost.run(link.toArray(String[]::new));
            return calls.memoryFile("gantry-launcher", Files.readAllBytes(folder.resolve("launcher")), true);
        } finally {
            Trees.delete(folder);
        }
    }
}
