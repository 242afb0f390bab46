package io.gantry.agent.execute;

import io.gantry.kernel.overlay.OverlayMounts;
import io.gantry.kernel.probe.Feature;
import io.gantry.kernel.probe.KernelReport;

/** What is done in the place of what this host's kernel lacks. */
final class Substitutes {
    private Substitutes() {}

    static OverlayMounts.Layers layers(KernelReport kernel) {
        return kernel.missing(Feature.MANY_LAYERS).isPresent() ? OverlayMounts.Layers.JOINED : OverlayMounts.Layers.ONE_BY_ONE;
    }

    static OverlayMounts.Source source(KernelReport kernel) {
        return kernel.missing(Feature.DETACHED_LAYERS).isPresent() ? OverlayMounts.Source.ATTACHED : OverlayMounts.Source.DETACHED;
    }

    /** Whether containers see their limits in {@code /proc}; else they see the host's there. */
    static boolean procView(KernelReport kernel) {
        return kernel.missing(Feature.SERVED_FILES).isEmpty();
    }
}
