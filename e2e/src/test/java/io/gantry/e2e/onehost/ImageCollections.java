package io.gantry.e2e.onehost;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.e2e.observe.Rest;
import io.gantry.e2e.stage.Busybox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A collection on the whole platform, with the services that say what is in use. */
interface ImageCollections {
    String REGISTRY = "127.0.0.1:11080";

    Shell shell();

    Rest rest();

    @Test
    default void whatARollbackReachesStaysThroughACollectionAndGoesWithItsDeployment(@TempDir Path folder) throws IOException {
        String first = build(folder, 1);
        String second = build(folder, 2);
        shell().must("gantry deploy --wait kept kept/web:1 sleep 1000 && gantry deploy --wait kept kept/web:2 sleep 1000");
        shell().must("gantry rmi kept/web:1 kept/web:2");
        assertThat(collect()).contains("in use");
        collect();
        assertThat(pull(folder, first)).as("what could be gone back to").isZero();
        assertThat(pull(folder, second)).as("what runs").isZero();
        shell().must("gantry rollout back --wait kept");
        assertThat(shell().must("gantry deployments")).contains("kept/web:1", "steady");
        shell().must("gantry deployment rm kept");
        shell().must("for i in $(seq 100); do gantry ps -a | grep kept > /dev/null || exit 0; sleep 0.2; done; exit 1");
        collect();
        collect();
        assertThat(pull(folder, first)).isNotZero();
        assertThat(pull(folder, second)).isNotZero();
    }

    /** @return its manifest's digest */
    private String build(Path folder, int number) throws IOException {
        Path context = Files.createDirectory(folder.resolve("context-" + number));
        Files.writeString(context.resolve("Dockerfile"), "FROM " + Busybox.IMAGE + "\nRUN echo " + number + " of the kept > /kept\n");
        shell().must("gantry build -t kept/web:" + number + " " + context);
        return rest().get("/images/kept/web:" + number).path("image").path("manifest").asText();
    }

    /** What nothing has led to for however short goes at once; layers that builds keep are forgotten before. */
    private String collect() {
        shell().must("curl -sf -X POST -H \"Authorization: Bearer $(cat $GANTRY_HOME/token)\" http://" + REGISTRY + "/api/v1/builds/prune");
        return shell().must("gantry image gc --grace 0s");
    }

    /** As any client of the registry, with all its bytes. */
    private int pull(Path folder, String digest) {
        return shell().run("skopeo copy --quiet --src-tls-verify=false --src-creds gantry:$(cat $GANTRY_HOME/token) docker://" + REGISTRY + "/kept/web@" + digest + " oci:" + folder + "/" + digest.substring(7, 19) + ":1").code();
    }
}
