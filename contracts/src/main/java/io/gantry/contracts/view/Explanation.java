package io.gantry.contracts.view;

import io.gantry.contracts.api.Always;
import java.util.List;

/** How a container came to be: the operations in the order they ran. Also the JSON that {@code gantry explain} prints. */
public record Explanation(@Always String container, @Always String name, long run, @Always List<Step> steps, long totalMicros) {
    /**
     * @param title one sentence: what and why
     * @param call the system call or file write as it was made, {@code clone3(CLONE_NEWUSER|…)}
     * @param shell what a person could type for it; may be empty where no tool does it
     * @param where {@code agent}, {@code launcher} or {@code container}: which process did it
     * @param undo what takes it back; may be empty
     * @param micros what it took
     * @param ahead done before the container was asked for, by a process that was kept ready; not part of the total
     */
    public record Step(
            int number, String title, String call, String shell, String where, String undo, long micros, boolean ahead) {}
}
