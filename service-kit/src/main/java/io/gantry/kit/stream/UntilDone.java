package io.gantry.kit.stream;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Work that a message asks for: tried again while what it needs is away; what meets a defect of ours is given up, since waiting would not mend it. */
public final class UntilDone {
    private static final Duration FIRST_RETRY = Duration.ofMillis(100);
    private static final Duration LAST_RETRY = Duration.ofSeconds(5);

    private UntilDone() {}

    /**
     * @param failed told of each failure
     * @param over nothing is tried again here any more
     */
    public static Uni<Void> work(Uni<Void> once, Consumer<Throwable> failed, BooleanSupplier over) {
        return once.onFailure()
                .invoke(failed)
                .onFailure(e -> !over.getAsBoolean() && !Defects.is(e))
                .retry()
                .withBackOff(FIRST_RETRY, LAST_RETRY)
                .indefinitely()
                .onFailure(Defects::is)
                .recoverWithNull();
    }
}
