package io.gantry.e2e.onehost;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.e2e.stage.Busybox;
import org.junit.jupiter.api.Test;

/** Rules for which images may be used hold at every door: for {@code docker}, REST and {@code gantry}, containers and deployments. */
interface ImageRules {
    String CREATE = "curl -s -H \"Authorization: Bearer $(cat $GANTRY_HOME/token)\" -H 'Content-Type: application/json' --data-raw '{\"spec\": {\"image\": \"ruled/web:1\"}}' http://127.0.0.1:11080/api/v1/containers";

    Shell shell();

    @Test
    default void whatBreaksARuleIsRefusedAtEveryDoorUntilItIsWaived() {
        shell().must("docker tag " + Busybox.IMAGE + " ruled/web:1");
        shell().must("gantry deploy --wait ruled ruled/web:1 sleep 1000");
        assertThat(shell().must("gantry image rule add --repositories 'ruled/*' --not-root --most-bytes 1 nobody")).isEqualTo("nobody\n");
        try {
            Shell.Result checked = shell().run("gantry image check ruled/web:1");
            assertThat(checked.code()).isEqualTo(1);
            assertThat(checked.out()).contains("ruled/web:1: may not be used", "it runs as root; the rule allows other users alone");
            // the rule has gone out before the check, and what it says with it; a moment for those who keep it
            shell().must("for i in $(seq 100); do gantry deployment inspect ruled | grep 'breaks the rule' > /dev/null && exit 0; sleep 0.1; done; exit 1");
            String breaks = "breaks the rule 'nobody': its layers have ";
            Shell.Result byDocker = shell().run("docker run --rm ruled/web:1 true");
            assertThat(byDocker.code()).isEqualTo(125);
            assertThat(byDocker.err()).startsWith("docker: Error response from daemon: ruled/web@sha256:").contains(breaks, "gantry image waiver add nobody ruled/web@sha256:");
            assertThat(shell().must(CREATE)).contains("/problems/image-refused", breaks, "\"status\":403");
            for (String command : new String[] {"gantry run --rm ruled/web:1 true", "gantry deploy another ruled/web:1 sleep 1000", "gantry deploy ruled ruled/web:1 sleep 2000", "gantry scale ruled 2"}) {
                Shell.Result refused = shell().run(command);
                assertThat(refused.code()).as(command).isNotZero();
                assertThat(refused.err()).as(command).contains(breaks);
            }
            assertThat(shell().must("gantry deployments")).contains("ruled", "steady");
            shell().must("gantry image waiver add nobody ruled/web --reason 'until it is mended' --for 1h");
            shell().must("for i in $(seq 100); do gantry deployment inspect ruled | grep 'let in until' > /dev/null && exit 0; sleep 0.1; done; exit 1");
            Shell.Result waived = shell().run("docker run --rm ruled/web:1 echo ran");
            assertThat(waived.out()).isEqualTo("ran\n");
            assertThat(waived.err()).startsWith("WARNING: ruled/web@sha256:").contains(breaks, "it is let in until ");
            shell().must("gantry scale ruled 2");
        } finally {
            shell().must("gantry image rule rm nobody; gantry deployment rm ruled; docker rmi ruled/web:1");
        }
    }
}
