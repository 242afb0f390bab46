package io.gantry.e2e.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.e2e.observe.Expect;
import io.gantry.e2e.observe.Kernel;
import io.gantry.e2e.stage.Stage;
import java.time.Duration;
import java.util.function.Consumer;

/** Spread over the hosts, each with the limits that were asked for. */
final class DeployThree implements Step {
    @Override
    public String title() {
        return "Deploy it: 3 replicas, limited to 64 MiB and a quarter of a core, one published port";
    }

    @Override
    public void run(Stage stage, Consumer<String> tell) throws Exception {
        stage.rest().deleteIfThere("/deployments/" + Shop.NAME);
        String spec =
                """
                {"name": "%s", "spec": {"replicas": 3, "template": {
                  "image": "%s",
                  "resources": {"cpu": %d, "memory": %d},
                  "ports": [{"hostPort": %d, "containerPort": 80}],
                  "readiness": {"kind": "HTTP", "port": 80, "path": "/"}}}}
                """
                        .formatted(Shop.NAME, Shop.IMAGE, Shop.MILLI_CPU, Shop.MEMORY_BYTES, Shop.port(stage));
        stage.rest().post("/deployments", spec);
        JsonNode deployment = stage.steady(Shop.NAME, 3, Duration.ofMinutes(2));

        Expect.same("hosts that hold a replica", 3, Shop.nodes(deployment).size());
        for (JsonNode replica : deployment.path("replicas")) {
            int pid = stage.pid(replica.path("container").asText());
            Expect.same("memory limit of process " + pid, Long.toString(Shop.MEMORY_BYTES), Kernel.cgroup(pid, "memory", "memory.limit_in_bytes", "memory.max"));
            String quota = Kernel.cgroup(pid, "cpu", "cpu.cfs_quota_us", "cpu.max").split(" ")[0];
            String period = Kernel.cgroup(pid, "cpu", "cpu.cfs_period_us", "cpu.max").replaceFirst("^.* ", "");
            Expect.same("thousandths of a core of process " + pid, (long) Shop.MILLI_CPU, 1000 * Long.parseLong(quota) / Long.parseLong(period));
            tell.accept("replica " + replica.path("slot").asInt() + " on " + replica.path("node").asText() + " is process " + pid);
        }
    }
}
