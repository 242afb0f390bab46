package io.gantry.e2e.quickstart;

import io.gantry.e2e.observe.Expect;
import io.gantry.e2e.stage.Stage;
import java.util.List;
import java.util.function.Consumer;

/** A build runs its steps as containers and shares the base's layers. */
final class BuildFromIt implements Step {
    private static List<String> layers(Stage stage, String credentials, String image) {
        String layers =
                stage.commands().run(
                        "skopeo", "inspect", "--tls-verify=false", "--authfile", credentials, "--format", "{{range .Layers}}{{.}} {{end}}",
                        "docker://" + stage.registry() + "/" + image);
        return List.of(layers.strip().split(" "));
    }

    @Override
    public String title() {
        return "Build a second image FROM it by a Dockerfile: COPY and RUN, output as it comes";
    }

    @Override
    public void run(Stage stage, Consumer<String> tell) throws Exception {
        Shop.build(stage, 1, tell);

        String credentials = stage.registryCredentials().toString();
        List<String> base = layers(stage, credentials, Shop.BASE);
        List<String> built = layers(stage, credentials, Shop.IMAGE);
        Expect.that(built.size() > base.size(), "the built image has no layer of its own: " + built);
        Expect.same("the layers it shares with its base", base, built.subList(0, base.size()));
        tell.accept(Shop.IMAGE + " has " + built.size() + " layers, " + base.size() + " of them its base's");
    }
}
