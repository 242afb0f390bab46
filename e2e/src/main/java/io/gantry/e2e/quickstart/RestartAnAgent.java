package io.gantry.e2e.quickstart;

import io.gantry.e2e.observe.Expect;
import io.gantry.e2e.observe.Kernel;
import io.gantry.e2e.observe.SteadyClient;
import io.gantry.e2e.stage.Stage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Containers belong to their monitors; the agent only comes and goes. */
final class RestartAnAgent implements Step {
    private static Map<Integer, String> processesOn(Stage stage, String node) {
        Map<Integer, String> processes = new TreeMap<>();
        stage.rest().get("/deployments/" + Shop.NAME).path("replicas").forEach(replica -> {
            if (replica.path("node").asText().equals(node)) {
                int pid = stage.pid(replica.path("container").asText());
                processes.put(pid, Kernel.startTime(pid));
            }
        });
        return processes;
    }

    @Override
    public String title() {
        return "Kill an agent and start it again: its containers never stop, no request fails, no log line is lost";
    }

    @Override
    public void run(Stage stage, Consumer<String> tell) throws Exception {
        // from rest, so that what fails is the agent's doing: the host lost in the step before may still be settling in
        stage.steady(Shop.NAME, 6, Duration.ofMinutes(1));
        new FetchByPort().run(stage, _ -> {});
        Map<Integer, String> before = processesOn(stage, stage.host(1).name());
        Expect.that(!before.isEmpty(), "no replica runs on " + stage.host(1).name());
        String mark = "probe-" + Long.toHexString(System.nanoTime()) + "-";
        List<SteadyClient.Asked> asked;
        try (SteadyClient client =
                SteadyClient.start(n -> stage.host(1 + n % stage.hosts().size()).at(Shop.port(stage), "/" + mark + n + "."))) {
            stage.gantry("host", "kill", "1");
            stage.gantry("host", "start", "1");
            client.close();
            Expect.that(client.failed().isEmpty(), client.failed().size() + " of " + client.asked().size() + " requests failed: " + client.failed());
            asked = client.asked();
        }
        Expect.same("processes and their start times", before, processesOn(stage, stage.host(1).name()));

        Expect.eventually(Duration.ofSeconds(5), () -> {
            StringBuilder logs = new StringBuilder();
            stage.rest().get("/deployments/" + Shop.NAME).path("replicas")
                    .forEach(replica -> logs.append(stage.gantry("logs", replica.path("container").asText())).append('\n'));
            List<Integer> missing =
                    asked.stream().map(SteadyClient.Asked::number).filter(n -> logs.indexOf(mark + n + ".") < 0).toList();
            Expect.that(missing.isEmpty(), missing.size() + " of " + asked.size() + " requests are not in the logs: " + missing);
            return true;
        });
        tell.accept(before.size() + " containers went on; " + asked.size() + " requests, none failed, all in the logs");
    }
}
