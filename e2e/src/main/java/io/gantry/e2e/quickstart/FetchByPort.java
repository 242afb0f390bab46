package io.gantry.e2e.quickstart;

import io.gantry.e2e.stage.Host;
import io.gantry.e2e.stage.Stage;
import java.util.Set;
import java.util.function.Consumer;

/** Every host answers on the published port, whichever replicas it holds. */
final class FetchByPort implements Step {
    @Override
    public String title() {
        return "Fetch it through the published port of every host; all three replicas answer";
    }

    @Override
    public void run(Stage stage, Consumer<String> tell) throws Exception {
        for (Host host : stage.hosts()) {
            Set<String> names = Shop.answers(stage, host, 3);
            tell.accept("http://" + host.address() + ":" + Shop.port(stage) + " → " + String.join(", ", names));
        }
    }
}
