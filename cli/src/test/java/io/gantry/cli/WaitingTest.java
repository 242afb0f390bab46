package io.gantry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code --wait} of what changes a deployment. */
class WaitingTest {
    @AutoClose private final FakePlatform platform = new FakePlatform();

    private static String shop(String status, int ready, String detail) {
        return "{\"name\":\"shop\",\"revision\":2,\"status\":\"" + status + "\",\"ready\":" + ready + ",\"detail\":\"" + detail
                + "\",\"wanted\":3,\"spec\":{\"replicas\":3,\"template\":{\"image\":\"shop/web:1\"}},\"replicas\":[]}";
    }

    @ParameterizedTest
    @CsvSource({"scale --wait shop 3", "rollout back --wait shop"})
    void returnsWhenItIsSteadyAndSaysHowFarItIs(String command) {
        platform.answersAll("{}")
                .answersFirst("GET /api/v1/deployments/shop", shop("ROLLING", 1, ""))
                .answers("GET /api/v1/deployments/shop", shop("STEADY", 3, ""));

        assertThat(platform.run(command.split(" "))).isEqualTo(new FakePlatform.Ended(0, "", "shop: rolling, 1 of 3 ready\nshop: steady, 3 of 3 ready\n"));
        assertThat(platform.asked().getLast().target()).isEqualTo("/api/v1/deployments/shop?wait=steady&timeout=PT2S");
    }

    @Test
    void endsWith1WhenTheRolloutFails() {
        platform.answersAll("{}").answers("GET /api/v1/deployments/shop", shop("FAILED", 0, "no replica got ready"));

        assertThat(platform.run("scale", "--wait", "shop", "3")).isEqualTo(new FakePlatform.Ended(1, "", "shop: failed, 0 of 3 ready: no replica got ready\n"));
    }

    @Test
    void endsWith124WhenTheTimeIsOver() {
        platform.answersAll("{}").answers("GET /api/v1/deployments/shop", shop("ROLLING", 2, ""));

        assertThat(platform.run("scale", "--wait", "--timeout", "50ms", "shop", "3"))
                .isEqualTo(new FakePlatform.Ended(124, "", "shop: rolling, 2 of 3 ready\ngantry: shop is not steady after 50ms; it goes on, see: gantry rollout status shop\n"));
    }

    @Test
    void aDeploymentIsMadeAndWaitedFor() {
        platform.answers("GET /api/v1/deployments", "{\"items\":[]}")
                .answers("POST /api/v1/deployments", shop("ROLLING", 0, ""))
                .answers("GET /api/v1/deployments/shop", shop("STEADY", 3, ""));

        assertThat(platform.run("deploy", "--replicas", "3", "--wait", "shop", "shop/web:1"))
                .isEqualTo(new FakePlatform.Ended(0, "shop revision 2\n", "shop: steady, 3 of 3 ready\n"));
    }
}
