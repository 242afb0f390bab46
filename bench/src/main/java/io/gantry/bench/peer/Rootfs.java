package io.gantry.bench.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A root file system with nothing but busybox: what every runtime here runs. */
public final class Rootfs {
    private static final String[] APPLETS = {
        "sh", "true", "sleep", "cat", "echo", "ls", "yes", "head", "grep", "tr", "sed", "sort", "env", "stat", "readlink", "wc", "cut", "mkdir", "ping", "mount",
        "unshare", "mknod", "chown", "pwd"
    };

    private Rootfs() {}

    public static Path make(Path folder) throws IOException {
        for (String name : new String[] {"bin", "etc", "tmp", "proc", "sys", "dev", "root", "var", "mnt"}) {
            Files.createDirectories(folder.resolve(name));
        }
        Path busybox = folder.resolve("bin/busybox");
        Files.copy(Path.of("/bin/busybox"), busybox, StandardCopyOption.REPLACE_EXISTING);
        busybox.toFile().setExecutable(true, false);
        for (String applet : APPLETS) {
            Path link = folder.resolve("bin").resolve(applet);
            if (!Files.exists(link)) {
                Files.createSymbolicLink(link, Path.of("busybox"));
            }
        }
        Files.writeString(folder.resolve("etc/passwd"), "root:x:0:0:root:/root:/bin/sh\n");
        Files.writeString(folder.resolve("etc/group"), "root:x:0:\n");
        return folder;
    }
}
