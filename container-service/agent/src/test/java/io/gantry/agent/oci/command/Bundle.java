package io.gantry.agent.oci.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** A bundle of busybox, its config written by runc or crun themselves. */
record Bundle(Path folder) {
    private static final List<String> TOOLS = List.of("sh", "true", "sleep", "cat", "echo", "ls", "id", "env", "pwd", "stat", "touch", "mount", "readlink", "tty", "hostname", "mkdir", "kill", "grep", "sort", "awk", "head", "wc");

    /** @param runtime {@code runc} or {@code crun} */
    static Bundle of(String runtime, Path folder) throws Exception {
        Path root = Files.createDirectories(folder.resolve("rootfs"));
        for (String name : List.of("bin", "etc", "tmp", "proc", "sys", "dev", "root", "mnt")) {
            Files.createDirectories(root.resolve(name));
        }
        Files.copy(Path.of("/bin/busybox"), root.resolve("bin/busybox"));
        root.resolve("bin/busybox").toFile().setExecutable(true, false);
        for (String tool : TOOLS) {
            Files.createSymbolicLink(root.resolve("bin").resolve(tool), Path.of("busybox"));
        }
        Files.writeString(root.resolve("etc/passwd"), "root:x:0:0:root:/root:/bin/sh\nweb:x:33:34:web:/srv:/bin/sh\n");
        Process spec = new ProcessBuilder(runtime, "spec").directory(folder.toFile()).inheritIO().start();
        if (spec.waitFor() != 0) {
            throw new IOException(runtime + " spec ended with " + spec.exitValue());
        }
        return new Bundle(folder);
    }

    Path root() {
        return folder.resolve("rootfs");
    }

    Bundle edit(Consumer<ObjectNode> edit) throws IOException {
        Path file = folder.resolve("config.json");
        ObjectNode config = (ObjectNode) Json.mapper().readTree(file.toFile());
        edit.accept(config);
        Files.writeString(file, config.toString());
        return this;
    }

    /** Without a terminal. */
    Bundle running(String... command) throws IOException {
        return edit(config -> {
            ObjectNode process = (ObjectNode) config.get("process");
            process.put("terminal", false);
            process.remove("args");
            for (String word : command) {
                process.withArray("/args").add(word);
            }
        });
    }
}
