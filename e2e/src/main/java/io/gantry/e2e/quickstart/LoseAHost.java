package io.gantry.e2e.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.e2e.observe.Expect;
import io.gantry.e2e.observe.SteadyClient;
import io.gantry.e2e.stage.Host;
import io.gantry.e2e.stage.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/** Requests fail at most until the host is declared lost. */
final class LoseAHost implements Step {
    /** From "lost" in the scheduler to the last host's balancing without it. */
    private static final Duration PROGRAMMED = Duration.ofSeconds(1);

    @Override
    public String title() {
        return "Lose a host, agent and containers at once: its replicas come back on the others";
    }

    @Override
    public void run(Stage stage, Consumer<String> tell) throws Exception {
        int last = stage.hosts().size();
        Host lost = stage.host(last);
        try (SteadyClient client = SteadyClient.start(n -> stage.host(1 + n % (last - 1)).at(Shop.port(stage), "/"))) {
            stage.gantry("host", "lose", Integer.toString(last));
            Instant declared = Expect.eventually(Duration.ofSeconds(40), () -> {
                String state = stage.rest().get("/nodes/" + lost.name()).path("state").asText();
                Expect.same("state of " + lost.name(), "LOST", state);
                return Instant.now();
            });
            // that a node is lost is told before what follows from it is decided
            JsonNode deployment = Expect.eventually(Duration.ofMinutes(2), () -> {
                JsonNode now = stage.steady(Shop.NAME, 6, Duration.ofMinutes(2));
                Expect.that(!Shop.nodes(now).contains(lost.name()), "replicas are still said to be on " + lost.name());
                return now;
            });
            client.close();

            Optional<SteadyClient.Asked> late =
                    client.failed().stream().filter(request -> request.at().isAfter(declared.plus(PROGRAMMED))).findFirst();
            Expect.that(late.isEmpty(), "a request failed after the host was declared lost: " + late);
            tell.accept(
                    client.failed().size() + " of " + client.asked().size() + " requests failed; the gap was " + client.gap().toMillis()
                            + " ms, all replicas run on " + Shop.nodes(deployment));
        }
        stage.gantry("host", "start", Integer.toString(last));
        // a node is ready when it is heard of; what it is to publish it hears a moment later
        Expect.eventually(Duration.ofSeconds(10), () -> Shop.fetch(stage, lost));
        tell.accept(lost.name() + " is back and answers");
    }
}
