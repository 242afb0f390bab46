package io.gantry.e2e.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.e2e.observe.Expect;
import io.gantry.e2e.observe.Kernel;
import io.gantry.e2e.stage.Stage;
import java.util.List;
import java.util.function.Consumer;

/** The story is that of the very process that runs. */
final class ExplainOne implements Step {
    private static final int SHOWN = 24;
    private static final int SHORT_ID = 12;

    @Override
    public String title() {
        return "Explain one container: the Linux operations that made it";
    }

    @Override
    public void run(Stage stage, Consumer<String> tell) throws Exception {
        JsonNode replica = stage.rest().get("/deployments/" + Shop.NAME).path("replicas").path(0);
        String container = replica.path("container").asText();
        int pid = stage.pid(container);
        int self = (int) ProcessHandle.current().pid();
        for (String kind : List.of("user", "pid", "mnt", "net", "ipc", "uts", "cgroup")) {
            Expect.that(
                    !Kernel.namespace(pid, kind).equals(Kernel.namespace(self, kind)), "process " + pid + " shares our " + kind + " namespace");
        }
        String story = stage.gantry("explain", container);
        for (String word : List.of("clone3", "overlay", "pivot_root", "seccomp", "exec")) {
            Expect.that(story.contains(word), "the story of " + container + " lacks " + word);
        }
        story.lines().limit(SHOWN).forEach(tell);
        tell.accept("… " + Math.max(0, story.lines().count() - SHOWN) + " more lines: ./gantry explain " + container.substring(0, SHORT_ID));
    }
}
