package io.gantry.e2e.stage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The smallest image that can do something: Debian's static busybox, packed by umoci and pushed by skopeo. */
public final class Busybox {
    public static final String IMAGE = "test/busybox:1";
    private static final List<String> APPLETS = List.of("sh", "sleep", "true", "echo", "cat", "wc", "head", "id", "env", "pwd", "ps", "tty", "stty", "hostname", "mkdir", "httpd", "wget",
            "touch", "grep", "stat", "ls", "chmod", "chown", "rm");

    private Busybox() {}

    public static void push(Stage stage) throws IOException {
        Path work = Files.createTempDirectory(stage.home(), "busybox");
        String image = work.resolve("layout") + ":1";
        Path bundle = work.resolve("bundle");
        stage.commands().run("umoci", "init", "--layout", work.resolve("layout").toString());
        stage.commands().run("umoci", "new", "--image", image);
        stage.commands().run("umoci", "unpack", "--image", image, bundle.toString());
        Path bin = Files.createDirectories(bundle.resolve("rootfs/bin"));
        Files.copy(Path.of("/bin/busybox"), bin.resolve("busybox"));
        for (String applet : APPLETS) {
            Files.createSymbolicLink(bin.resolve(applet), Path.of("busybox"));
        }
        Files.writeString(
                Files.createDirectories(bundle.resolve("rootfs/etc")).resolve("passwd"), "root:x:0:0::/:/bin/sh\nworker:x:1000:1000::/:/bin/sh\n");
        stage.commands().run("umoci", "repack", "--image", image, bundle.toString());
        stage.commands().run(
                "skopeo", "copy", "--quiet", "--dest-tls-verify=false", "--dest-authfile", stage.registryCredentials().toString(),
                "oci:" + image, "docker://" + stage.registry() + "/" + IMAGE);
    }
}
