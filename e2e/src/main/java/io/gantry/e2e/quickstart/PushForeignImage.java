package io.gantry.e2e.quickstart;

import io.gantry.e2e.observe.Expect;
import io.gantry.e2e.stage.Stage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.Consumer;

/** An image made by other tools comes in through the registry's own protocol, unchanged. */
final class PushForeignImage implements Step {
    /** Made once; half a minute. The root has no device files: a container gets its own. */
    private static Path debianWithNginx(Stage stage, Consumer<String> tell) throws Exception {
        Path root = stage.cache().resolve("debian-nginx.tar");
        if (!Files.exists(root)) {
            tell.accept("making a Debian root with nginx by mmdebstrap; kept in " + root);
            Path part = stage.cache().resolve("debian-nginx.part.tar");
            stage.commands().run(
                    "mmdebstrap", "--quiet", "--variant=essential", "--include=nginx-light,curl", "--skip=output/dev", "bookworm", part.toString());
            Files.move(part, root, StandardCopyOption.ATOMIC_MOVE);
        }
        return root;
    }

    @Override
    public String title() {
        return "Take a Debian root with nginx that Gantry did not make, pack it with umoci, push it with skopeo";
    }

    @Override
    public void run(Stage stage, Consumer<String> tell) throws Exception {
        Path root = debianWithNginx(stage, tell);
        Path layout = stage.home().resolve("quickstart/layout");
        if (!Files.exists(layout)) {
            Files.createDirectories(layout.getParent());
            String image = layout + ":base";
            stage.commands().run("umoci", "init", "--layout", layout.toString());
            stage.commands().run("umoci", "new", "--image", image);
            stage.commands().run("umoci", "raw", "add-layer", "--image", image, root.toString());
            stage.commands().run("umoci", "config", "--image", image, "--config.cmd", "/bin/bash");
        }
        String credentials = stage.registryCredentials().toString();
        String target = "docker://" + stage.registry() + "/" + Shop.BASE;
        stage.commands().run(
                "skopeo", "copy", "--quiet", "--dest-tls-verify=false", "--dest-authfile", credentials, "oci:" + layout + ":base", target);

        String packed = stage.commands().run("skopeo", "inspect", "--format", "{{.Digest}}", "oci:" + layout + ":base");
        String stored =
                stage.commands().run("skopeo", "inspect", "--tls-verify=false", "--authfile", credentials, "--format", "{{.Digest}}", target);
        Expect.same("the manifest's digest in the registry", packed, stored);
        tell.accept(Shop.BASE + " is stored as " + stored);
    }
}
