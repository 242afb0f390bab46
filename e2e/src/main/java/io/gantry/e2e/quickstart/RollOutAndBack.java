package io.gantry.e2e.quickstart;

import io.gantry.e2e.observe.Expect;
import io.gantry.e2e.observe.SteadyClient;
import io.gantry.e2e.stage.Host;
import io.gantry.e2e.stage.Stage;
import java.time.Duration;
import java.util.function.Consumer;

/** Replacing every replica twice costs no request. */
final class RollOutAndBack implements Step {
    private static void everyoneAnswers(Stage stage, String beginning) {
        for (Host host : stage.hosts()) {
            for (int i = 0; i < 12; i++) {
                String answer = Shop.fetch(stage, host);
                Expect.that(answer.startsWith(beginning), host.name() + " still answers: " + answer);
            }
        }
    }

    @Override
    public String title() {
        return "Roll out a new revision by a rule when the image is pushed, and roll back, while a client keeps asking";
    }

    @Override
    public void run(Stage stage, Consumer<String> tell) throws Exception {
        stage.rest().deleteIfThere("/rules/follow-" + Shop.NAME);
        stage.gantry("rule", "add", "follow-" + Shop.NAME, "--on-image", Shop.IMAGE, "--roll-out", Shop.NAME);
        int before = stage.rest().get("/deployments/" + Shop.NAME).path("revision").asInt();
        try (SteadyClient client = SteadyClient.start(n -> stage.host(1 + n % stage.hosts().size()).at(Shop.port(stage), "/"))) {
            Shop.build(stage, 2, tell);
            Expect.eventually(Duration.ofSeconds(30), () -> {
                int now = stage.rest().get("/deployments/" + Shop.NAME).path("revision").asInt();
                Expect.that(now > before, "no rule has started a rollout");
                return now;
            });
            stage.steady(Shop.NAME, 6, Duration.ofMinutes(3));
            everyoneAnswers(stage, "revision 2 ");
            tell.accept("revision 2 answers everywhere after " + client.asked().size() + " requests");

            stage.rest().post("/deployments/" + Shop.NAME + "/rollback", null);
            Expect.eventually(Duration.ofMinutes(3), () -> {
                stage.steady(Shop.NAME, 6, Duration.ZERO);
                everyoneAnswers(stage, "revision 1 ");
                return true;
            });
            client.close();
            Expect.that(
                    client.failed().isEmpty(),
                    client.failed().size() + " of " + client.asked().size() + " requests failed, the first: " + client.failed().stream().findFirst());
            tell.accept("rolled back; " + client.asked().size() + " requests, none failed");
        }
    }
}
