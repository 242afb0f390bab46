package io.gantry.bench.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Debian's Podman as a service. It runs runc, since crun refuses hybrid cgroups, and within the limits that any root may set. */
final class Podman extends Engine {
    private static final Path GROUPS = Path.of("/sys/fs/cgroup");
    private static final String PARENT = "libpod_parent";
    private final boolean hadGroups = Files.exists(GROUPS.resolve("memory").resolve(PARENT));

    Podman(Path folder) throws IOException {
        super(folder);
    }

    @Override
    ProcessBuilder command() throws IOException {
        Path settings = Files.writeString(
                folder.resolve("containers.conf"),
                """
                [containers]
                default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]
                [engine]
                runtime = "runc"
                cgroup_manager = "cgroupfs"
                events_logger = "file"
                """);
        Path registries = Files.writeString(folder.resolve("registries.conf"), """
                [[registry]]
                location = "127.0.0.1:%d"
                insecure = true
                """.formatted(DebianRegistry.PORT));
        ProcessBuilder command = new ProcessBuilder(
                new ArrayList<>(List.of(
                        "podman",
                        "--root", folder.resolve("root").toString(),
                        "--runroot", folder.resolve("run").toString(),
                        "--tmpdir", folder.resolve("tmp").toString(),
                        "system", "service", "-t", "0", "unix://" + socket)));
        command.environment().put("CONTAINERS_CONF", settings.toString());
        command.environment().put("CONTAINERS_REGISTRIES_CONF", registries.toString());
        return command;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        super.close();
        Path storage = folder.resolve("root/overlay");
        if (Files.readString(Path.of("/proc/self/mountinfo")).contains(" " + storage + " ")) {
            // it holds its storage by a mount on itself
            Command.run("umount", storage.toString());
        }
        if (!hadGroups && Files.isDirectory(GROUPS)) {
            Command.run("find", GROUPS.toString(), "-depth", "-type", "d", "-path", "*/" + PARENT + "*", "-exec", "rmdir", "{}", "+");
        }
    }
}
