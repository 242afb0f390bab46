package io.gantry.agent.oci.plan;

import io.gantry.agent.oci.config.BundleProcess;
import io.gantry.agent.plan.BundleInsideStep.SendTerminal;
import io.gantry.agent.plan.BundleInsideStep.TakeStreams;
import io.gantry.agent.plan.BundleStep.DialConsole;
import io.gantry.agent.plan.BundleStep.TakeStandard;
import io.gantry.agent.plan.Handle;
import io.gantry.agent.plan.InsideStep;
import io.gantry.agent.plan.Step;
import io.gantry.contracts.problem.BadField;
import java.util.List;
import java.util.Optional;

/** Input and output: a terminal whose other end goes to who listens for it, or what this command was given itself. */
record StreamSteps(List<Step> host, List<Handle> handles, List<InsideStep> inside) {
    private static final Handle CONSOLE = new Handle("console");
    private static final List<Handle> STANDARD = List.of(new Handle("input"), new Handle("output"), new Handle("errors"));

    /** @param further of a further command */
    static StreamSteps of(BundleProcess process, Optional<String> console, boolean further) {
        if (process.terminal()) {
            String path = console.orElseThrow(() -> new BadField(
                    "process.terminal", "process.terminal is true, and nobody listens for the terminal's other end", "give --console-socket PATH, or set it to false"));
            return new StreamSteps(
                    List.of(new DialConsole(path, CONSOLE)), List.of(CONSOLE),
                    List.of(new SendTerminal(CONSOLE, process.uid(), process.rows(), process.columns(), further)));
        }
        console.ifPresent(path -> {
            throw new BadField("process.terminal", "process.terminal is false: there is nothing to send to --console-socket " + path, "set it to true, or leave --console-socket out");
        });
        return new StreamSteps(List.of(new TakeStandard(STANDARD)), STANDARD, List.of(new TakeStreams(STANDARD, process.uid())));
    }
}
