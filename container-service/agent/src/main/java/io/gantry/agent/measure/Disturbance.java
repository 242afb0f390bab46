package io.gantry.agent.measure;

import io.gantry.contracts.state.Observed.Awaited;
import io.gantry.contracts.state.Observed.Disturber;
import io.gantry.contracts.state.Observed.What;
import io.gantry.contracts.view.PressureView;
import io.gantry.contracts.view.PressureView.Cause;
import io.gantry.contracts.view.PressureView.Kind;
import io.gantry.contracts.view.PressureView.Lost;
import java.util.List;
import java.util.Optional;

/** Which waiting of a container is worth an event. What it does to itself, or its own limit to it, is nobody's disturbing. Pure. */
final class Disturbance {
    /** Percent of the time: whoever loses less to others isn't disturbed. */
    static final double LEAST = 10;

    /** So many are named. */
    private static final int MOST = 5;

    private static final double ALL = 100;

    private Disturbance() {}

    static Optional<What.Disturbed> of(Awaited resource, PressureView view) {
        Lost lost = switch (resource) {
            case CPU -> view.cpu();
            case MEMORY -> view.memory();
            case IO -> view.io();
        };
        List<Cause> others = lost.causes().stream().filter(cause -> cause.kind() == Kind.CONTAINER || cause.kind() == Kind.HOST).toList();
        double toOthers = lost.percent() * others.stream().mapToDouble(Cause::percent).sum() / ALL;
        if (toOthers < LEAST) {
            return Optional.empty();
        }
        List<Disturber> by = others.stream().limit(MOST).map(cause -> new Disturber(cause.container(), cause.name(), cause.percent())).toList();
        return Optional.of(new What.Disturbed(resource, lost.percent(), view.millis(), by));
    }
}
