package io.gantry.agent.execute;

import io.gantry.agent.isolation.Expectation;
import io.gantry.agent.isolation.IsolationReport;
import io.gantry.agent.plan.ContainerPlanner;
import io.gantry.agent.plan.PlanInput;
import io.gantry.agent.runtime.RunRequest;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.link.KeptFiles;
import io.gantry.contracts.view.IsolationView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** How far containers that run are apart from this host, and whether they still are as their plans made them. */
final class IsolationViews {
    private static final System.Logger LOG = System.getLogger(IsolationViews.class.getName());
    private final IsolationReport report;
    private final Watch watch;
    private final PlanInputs inputs;
    private final CoreBounds cores;

    IsolationViews(IsolationReport report, Watch watch, PlanInputs inputs, CoreBounds cores) {
        this.report = report;
        this.watch = watch;
        this.inputs = inputs;
        this.cores = cores;
    }

    /** @throws IllegalStateException if it doesn't run */
    IsolationView of(ContainerId id) {
        ContainerRecord record = watch.get(id).map(LiveContainer::record).orElseThrow(() -> notRunning(id));
        try {
            return report.of(id, record.container().name(), record.slotName(), record.pid(), watch.others(id), asked(record), Instant.now());
        } catch (NoSuchFileException e) {
            throw notRunning(id);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** By the spec as it is now, which updates have changed. What of it this node would refuse today is not looked for. */
    private List<Expectation> asked(ContainerRecord record) {
        try {
            // what lies in its files makes no difference to where they are
            KeptFiles files = new KeptFiles(
                    record.container().spec().kept().stream().map(mount -> new KeptFiles.One(mount.kind(), mount.source(), new byte[0])).toList());
            RunRequest request = new RunRequest(record.container(), record.run(), List.of(), List.of(), files);
            // nor does it make one whose namespaces it shares
            PlanInput input = inputs.of(request, record, cores.of(record.container().id()));
            return Expectation.of(ContainerPlanner.own(input), record.plugs().stream().map(plug -> new Expectation.Plugged(plug.hostInterface(), plug.inside(), plug == record.plugs().getFirst())).toList());
        } catch (IllegalArgumentException e) {
            LOG.log(System.Logger.Level.DEBUG, "what was asked of " + record.container().name() + " can't be planned any more", e);
            return List.of();
        }
    }

    private static IllegalStateException notRunning(ContainerId id) {
        return new IllegalStateException("container " + id.shortForm() + " is not running");
    }
}
