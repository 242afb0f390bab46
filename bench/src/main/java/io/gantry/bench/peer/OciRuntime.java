package io.gantry.bench.peer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * crun or runc on a bundle: the runtime's own default spec, {@code /bin/true} on a busybox root. No user namespace, no overlay, no
 * seccomp filter, no network beyond an empty namespace: less than what Gantry does in the same time.
 */
public final class OciRuntime {
    private final String name;
    private final Path bundle;
    private int runs;

    public OciRuntime(String name, Path folder, Path rootfs) throws IOException, InterruptedException {
        this.name = name;
        this.bundle = Files.createDirectories(folder.resolve("bundle-" + name));
        Files.deleteIfExists(bundle.resolve("config.json"));
        Process spec = new ProcessBuilder(name, "spec").directory(bundle.toFile()).start();
        if (spec.waitFor() != 0) {
            throw new IOException(name + " spec ended with " + spec.exitValue());
        }
        Path file = bundle.resolve("config.json");
        ObjectNode config = (ObjectNode) Json.mapper().readTree(file.toFile());
        ObjectNode process = (ObjectNode) config.get("process");
        process.put("terminal", false);
        process.putArray("args").add("/bin/true");
        // raising limits needs CAP_SYS_RESOURCE, which not every host grants
        process.remove("rlimits");
        ((ObjectNode) config.get("root")).put("path", rootfs.toString()).put("readonly", true);
        Files.writeString(file, config.toString());
    }

    /** Milliseconds of {@code run}: create, start, wait, delete. */
    public double runOnce() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        if (name.equals("crun") && Files.isDirectory(Path.of("/sys/fs/cgroup/unified"))) {
            // crun refuses a hybrid hierarchy whose v2 side has a controller: it gets a mount namespace without that side
            command.addAll(List.of("nsenter", "--mount=" + withoutUnified()));
        }
        command.addAll(List.of(name, "run", "-b", bundle.toString(), "gantry-bench-" + ProcessHandle.current().pid() + "-" + runs++));
        return Command.time(command);
    }

    private static Process holder;

    private static synchronized String withoutUnified() throws IOException {
        if (holder == null || !holder.isAlive()) {
            holder =
                    new ProcessBuilder(
                                    "unshare", "-m", "--propagation", "private", "sh", "-c",
                                    "umount /sys/fs/cgroup/unified && echo ready && exec cat")
                            .start();
            if (holder.inputReader().readLine() == null) {
                throw new IOException("could not make a mount namespace without the unified hierarchy");
            }
            Runtime.getRuntime().addShutdownHook(new Thread(holder::destroy));
        }
        return "/proc/" + holder.pid() + "/ns/mnt";
    }
}
