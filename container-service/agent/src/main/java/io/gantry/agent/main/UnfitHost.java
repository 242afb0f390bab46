package io.gantry.agent.main;

import io.gantry.kernel.probe.Finding;
import io.gantry.kernel.probe.KernelReport;
import java.util.stream.Collectors;

/** This host's kernel lacks something that no container can do without. */
final class UnfitHost extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnfitHost(KernelReport report) {
        super(report.missing().stream()
                .filter(missing -> missing.feature().needed())
                .map(Finding.Missing::describe)
                .collect(Collectors.joining("\n  ", "this host can't run containers:\n  ", "")));
    }
}
