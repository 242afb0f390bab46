package io.gantry.agent.oci.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** An OCI runtime as a program: ours, of the classes under test, or one of its peers. */
record Tool(List<String> command, Path folder) {
    record Ended(int code, String out, String errors) {
        Ended well() {
            assertThat(code).as(errors).isZero();
            return this;
        }
    }

    /** A script, so that engines can be given it, too; with its root, which they don't always pass on. */
    static Tool ours(Path folder) throws IOException {
        Path script = folder.resolve("gantry-runc");
        String java = Path.of(System.getProperty("java.home"), "bin/java").toString();
        Files.writeString(
                script,
                "#!/bin/sh\nexec %s -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xshare:auto --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -cp '%s' %s --root %s \"$@\"\n"
                        .formatted(java, classes(), RuncMain.class.getName(), folder.resolve("state")));
        script.toFile().setExecutable(true);
        return new Tool(List.of(script.toString()), folder);
    }

    /** What {@code ./gantry-runc} has, and nothing else of the tests' own. */
    private static String classes() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(path -> path.matches(".*/(container-service|contracts)/.*|.*/(jackson|jna|gantry)[^/]*\\.jar"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    static Tool runc(Path folder) {
        return new Tool(List.of("runc", "--root", folder.resolve("runc").toString()), folder);
    }

    /** It refuses a hybrid hierarchy whose v2 side has a controller: it gets a mount namespace without that side. */
    static Tool crun(Path folder) {
        return new Tool(
                List.of("unshare", "-m", "--propagation", "private", "sh", "-c", "umount /sys/fs/cgroup/unified && exec crun --root " + folder.resolve("crun") + " \"$@\"", "crun"), folder);
    }

    Process begin(String... words) throws IOException {
        List<String> all = new ArrayList<>(command);
        all.addAll(Arrays.asList(words));
        return new ProcessBuilder(all).redirectInput(Path.of("/dev/null").toFile()).redirectOutput(file("out")).redirectError(file("errors")).start();
    }

    /** Files and not pipes: a container has them open for as long as it runs. */
    private File file(String name) {
        return folder.resolve(name).toFile();
    }

    Ended run(String... words) throws Exception {
        Process process = begin(words);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(String.join(" ", words)).isTrue();
        return new Ended(process.exitValue(), Files.readString(folder.resolve("out")), Files.readString(folder.resolve("errors")));
    }

    JsonNode state(String id) throws Exception {
        return Json.mapper().readTree(run("state", id).well().out());
    }

    String status(String id) throws Exception {
        return state(id).get("status").asText();
    }

    void awaitStopped(String id) throws Exception {
        int pid = state(id).get("pid").asInt();
        if (pid > 0) {
            ProcessHandle.of(pid).ifPresent(process -> process.onExit().orTimeout(20, TimeUnit.SECONDS).join());
        }
        assertThat(status(id)).isEqualTo("stopped");
    }
}
