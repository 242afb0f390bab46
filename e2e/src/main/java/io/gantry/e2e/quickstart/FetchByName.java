package io.gantry.e2e.quickstart;

import io.gantry.e2e.observe.Expect;
import io.gantry.e2e.stage.Stage;
import java.util.function.Consumer;

/** The deployment's name leads to its virtual IP on its network. */
final class FetchByName implements Step {
    @Override
    public String title() {
        return "Fetch it by its name from another container";
    }

    @Override
    public void run(Stage stage, Consumer<String> tell) throws Exception {
        String answer = stage.gantry("run", "--rm", Shop.BASE, "curl", "-sS", "--max-time", "5", "http://" + Shop.NAME + "/");

        Expect.that(answer.startsWith("revision 1 from "), "http://" + Shop.NAME + "/ answered: " + answer);
        tell.accept("http://" + Shop.NAME + "/ → " + answer);
    }
}
