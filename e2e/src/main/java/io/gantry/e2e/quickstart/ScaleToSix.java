package io.gantry.e2e.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.e2e.observe.Expect;
import io.gantry.e2e.stage.Stage;
import java.time.Duration;
import java.util.function.Consumer;

/** More replicas of the same revision. */
final class ScaleToSix implements Step {
    @Override
    public String title() {
        return "Scale to 6 replicas";
    }

    @Override
    public void run(Stage stage, Consumer<String> tell) throws Exception {
        stage.rest().post("/deployments/" + Shop.NAME + "/scale?replicas=6", null);
        JsonNode deployment = stage.steady(Shop.NAME, 6, Duration.ofMinutes(1));

        Expect.same("hosts that hold replicas", 3, Shop.nodes(deployment).size());
        tell.accept(Shop.answers(stage, stage.host(1), 6).size() + " replicas answer");
    }
}
