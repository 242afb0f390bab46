package io.gantry.agent.oci.plan;

import io.gantry.agent.oci.config.BundleProcess;
import io.gantry.agent.plan.BundleInsideStep.BecomeNumbers;
import io.gantry.agent.plan.BundleInsideStep.SetCapabilities;
import io.gantry.agent.plan.BundleInsideStep.SetUmask;
import io.gantry.agent.plan.InsideStep;
import io.gantry.agent.plan.PrivilegeStep.KeepBounding;
import io.gantry.agent.plan.PrivilegeStep.NoNewPrivileges;
import io.gantry.agent.plan.PrivilegeStep.Seccomp;
import io.gantry.agent.plan.SettingStep.Limit;
import io.gantry.contracts.unit.Capability;
import io.gantry.contracts.unit.SeccompProfile;
import io.gantry.kernel.seccomp.ProfileCompiler;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Down to what the process may do. A filter needs either privileges or the promise to gain none: so it comes first without that promise, and
 * as late as can be with it.
 */
final class ProcessSteps {
    private static final BundleProcess.Sets NOTHING = new BundleProcess.Sets(Set.of(), Set.of(), Set.of(), Set.of(), Set.of());

    private ProcessSteps() {}

    /** Ambient is only what is permitted and inheritable, capabilities(7); what {@code runc spec} writes asks for more, and runc and crun leave it out, too. */
    private static Set<Capability> possible(BundleProcess.Sets sets) {
        Set<Capability> ambient = new TreeSet<>(sets.ambient());
        ambient.retainAll(sets.permitted());
        ambient.retainAll(sets.inheritable());
        return ambient;
    }

    /** All but what is left to the very end. */
    static List<InsideStep> until(BundleProcess process, Optional<SeccompProfile> profile, String kernel) {
        BundleProcess.Sets sets = process.capabilities().orElse(NOTHING);
        List<InsideStep> steps = new ArrayList<>();
        process.rlimits().forEach(limit -> steps.add(new Limit(limit.resource(), limit.soft(), limit.hard(), "")));
        if (!process.noNewPrivileges()) {
            steps.addAll(filter(sets, profile, kernel));
        }
        steps.add(new KeepBounding(sets.bounding()));
        steps.add(new BecomeNumbers(process.uid(), process.gid(), process.groups()));
        process.umask().ifPresent(mask -> steps.add(new SetUmask(mask)));
        steps.add(new SetCapabilities(sets.permitted(), sets.effective(), sets.inheritable(), possible(sets)));
        if (process.noNewPrivileges()) {
            steps.add(new NoNewPrivileges());
        }
        return steps;
    }

    static List<InsideStep> last(BundleProcess process, Optional<SeccompProfile> profile, String kernel) {
        return process.noNewPrivileges() ? filter(process.capabilities().orElse(NOTHING), profile, kernel) : List.of();
    }

    private static List<InsideStep> filter(BundleProcess.Sets sets, Optional<SeccompProfile> profile, String kernel) {
        return profile.<List<InsideStep>>map(each -> List.of(new Seccomp(Seccomp.Profile.OWN, ProfileCompiler.compile(each, sets.bounding(), kernel)))).orElse(List.of());
    }
}
