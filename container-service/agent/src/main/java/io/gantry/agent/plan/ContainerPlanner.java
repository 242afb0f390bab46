package io.gantry.agent.plan;

import io.gantry.agent.plan.rule.*;
import java.util.List;

/**
 * Makes the plan of a start: a fold of rules, each of which adds the steps of one concern.
 *
 * <p>Goals, in order: whatever the image holds, nothing of the host can be reached; what takes the kernel long happens while
 * the launcher or the first process is working; the same request makes the same plan. Host and first process work side by side, and
 * {@linkplain LauncherStep.Message messages} are where the latter waits for the former.
 */
public final class ContainerPlanner {
    private static final List<Rule> RULES =
            List.of(
                    // on the host
                    new FolderRule(),
                    new CgroupRule(),
                    new CoresRule(),
                    new LauncherRule(),
                    new RootFileSystemRule(),
                    new VolumesRule(),
                    new BindsRule(),
                    new FilesRule(),
                    new ApiRule(),
                    new SocketRule(),
                    new NamesRule(),
                    new HostNamespacesRule(),
                    new DevicesRule(),
                    new ProcViewRule(),
                    new GrantedDevicesRule(),
                    new FirstProcessRule(),
                    new OomScoreRule(),
                    new StageRule(),
                    new HandOverRule(),
                    // in the container
                    new EnterRootRule(),
                    new MaskingRule(),
                    new MountsRule(),
                    new BindNamesRule(),
                    new WorkingFolderRule(),
                    new StreamsRule(),
                    // on the host, meanwhile
                    new NetworkRule(),
                    new ReleaseRule(),
                    // in the container
                    new PrivilegesRule(),
                    new CommandRule());

    private ContainerPlanner() {}

    public static Plan plan(PlanInput input) {
        Plan own = own(input);
        return input.other().map(runtime -> RuntimePlanner.plan(own, input, runtime)).orElse(own);
    }

    /** As our own launcher makes it, whatever its class: this is what it is like in any case. */
    public static Plan own(PlanInput input) {
        PlanDraft draft = PlanDraft.EMPTY;
        for (Rule rule : RULES) {
            draft = rule.apply(draft, input);
        }
        return new Plan(draft.steps());
    }
}
