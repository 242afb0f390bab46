package io.gantry.agent.reconcile;

import io.gantry.contracts.state.Desired;
import java.time.Instant;

/** What is to be done about one container now. */
public sealed interface Action {
    /** All is as it shall be, or somebody is at it. */
    record Nothing() implements Action {}

    /** Look again then. */
    record WaitUntil(Instant at) implements Action {}

    /** Have the image's layers here. */
    record Fetch(Desired.Container container) implements Action {}

    /** All is here for a start that nobody has asked for yet. */
    record BeReady() implements Action {}

    record Start(Desired.Container container, long run, int restarts) implements Action {}

    /** Notes that it shall stop though its start isn't over: its grace counts from here. */
    record StopOnceStarted() implements Action {}

    /** Ends the start that a worker is at. */
    record CallOff() implements Action {}

    /** @param number {@code name}'s number, delivered once */
    record Signal(long number, String name) implements Action {}

    /** Takes note of a signal that came when nothing ran. */
    record SkipSignal(long number) implements Action {}

    /** Gives it the limits of a spec that is newer than the one it runs by. */
    record Update(Desired.Container container) implements Action {}

    /** Holds all its processes still. */
    record Pause() implements Action {}

    record Unpause() implements Action {}

    /** Asks it to end; SIGKILL follows when its grace is over. */
    record Stop(String signal) implements Action {}

    record Kill() implements Action {}

    record Remove() implements Action {}

    /** It shall be gone and is: say so. */
    record ReportRemoved() implements Action {}
}
