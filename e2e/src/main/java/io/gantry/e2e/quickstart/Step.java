package io.gantry.e2e.quickstart;

import io.gantry.e2e.stage.Stage;
import java.util.function.Consumer;

/** One part of the main job. It does something and then looks from outside whether it came true. */
public interface Step {
    String title();

    /**
     * @param tell one line for the person who watches
     * @throws io.gantry.e2e.observe.StepFailed if what was seen is not what should be
     */
    void run(Stage stage, Consumer<String> tell) throws Exception;
}
