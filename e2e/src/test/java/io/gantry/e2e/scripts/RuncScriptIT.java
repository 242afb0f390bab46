package io.gantry.e2e.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code gantry-runc} as it stands in a clone, with what the build has made of the agent. */
class RuncScriptIT {
    private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();
    private static final String AGENT = "container-service/agent/target";

    @TempDir Path folder;
    private Path clone;
    private Path bundle;

    private record Result(int code, String out, String errors) {}

    @BeforeEach
    void copy() throws IOException {
        clone = Files.createDirectory(folder.resolve("clone"));
        Files.copy(REPOSITORY.resolve("gantry-runc"), clone.resolve("gantry-runc"));
        Files.createSymbolicLink(clone.resolve("script"), REPOSITORY.resolve("script"));
        bundle = Files.createDirectories(folder.resolve("bundle"));
        Files.createDirectories(bundle.resolve("rootfs/bin"));
        Files.copy(Path.of("/bin/busybox"), bundle.resolve("rootfs/bin/busybox"));
        Files.writeString(
                bundle.resolve("config.json"),
                """
                {"ociVersion": "1.0.2", "root": {"path": "rootfs"},
                 "process": {"cwd": "/", "args": ["/bin/busybox", "sh", "-c", "echo runs; exit 3"]},
                 "linux": {"namespaces": [{"type": "mount"}, {"type": "pid"}]}}
                """);
    }

    private void build() throws IOException {
        Path built = REPOSITORY.resolve(AGENT);
        Path lib = Files.createDirectories(clone.resolve(AGENT).resolve("lib"));
        try (Stream<Path> jars = Files.list(built); Stream<Path> libraries = Files.list(built.resolve("lib"))) {
            for (Path jar : jars.filter(each -> each.getFileName().toString().matches("gantry-agent-.*\\.jar")).toList()) {
                Files.copy(jar, clone.resolve(AGENT).resolve(jar.getFileName()));
            }
            for (Path jar : libraries.toList()) {
                Files.copy(jar, lib.resolve(jar.getFileName()));
            }
        }
    }

    private static void touch(Path lib) throws IOException {
        try (Stream<Path> jars = Files.list(lib)) {
            for (Path jar : jars.toList()) {
                Files.setLastModifiedTime(jar, FileTime.fromMillis(0));
            }
        }
    }

    private Result run(Map<String, String> environment, String... command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(folder.resolve("out").toFile()).redirectError(folder.resolve("errors").toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        int code = builder.start().waitFor();
        return new Result(code, Files.readString(folder.resolve("out")), Files.readString(folder.resolve("errors")));
    }

    private Result runBundle(Path script) throws Exception {
        return run(Map.of(), script.toString(), "--root", folder.resolve("state").toString(), "run", "--bundle", bundle.toString(), "script-" + ProcessHandle.current().pid());
    }

    @Test
    void saysThatItIsNotBuilt() throws Exception {
        Result result = run(Map.of(), clone.resolve("gantry-runc").toString(), "--version");
        assertThat(result).isEqualTo(new Result(1, "", "gantry-runc: it isn't built: run " + clone + "/gantry build\n"));
    }

    @Test
    void runsABundleByALinkFromAnywhereWithoutAnyEnvironment() throws Exception {
        build();
        Path link = Files.createSymbolicLink(folder.resolve("oci-runtime"), clone.resolve("gantry-runc"));
        assertThat(runBundle(link)).isEqualTo(new Result(3, "runs\n", ""));
        assertThat(folder.resolve("state")).isEmptyDirectory();
    }

    @Test
    void isTheSameAfterItWasPrepared() throws Exception {
        build();
        Result before = runBundle(clone.resolve("gantry-runc"));
        assertThat(run(Map.of(), clone.resolve("gantry-runc").toString(), "prepare").code()).isZero();
        assertThat(clone.resolve(AGENT).resolve("gantry-runc.aot")).exists();
        assertThat(runBundle(clone.resolve("gantry-runc"))).isEqualTo(before).isEqualTo(new Result(3, "runs\n", ""));
        // what was kept is of the build before, and is passed by
        touch(clone.resolve(AGENT).resolve("lib"));
        assertThat(runBundle(clone.resolve("gantry-runc"))).isEqualTo(before);
        assertThat(run(Map.of(), clone.resolve("gantry-runc").toString(), "--version").out().lines()).first().asString().startsWith("gantry-runc version ");
    }
}
