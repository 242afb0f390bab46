package io.gantry.agent.plan.rule;

import io.gantry.agent.plan.FileSystemStep.Attach;
import io.gantry.agent.plan.FileSystemStep.Link;
import io.gantry.agent.plan.FileSystemStep;
import io.gantry.agent.plan.Handle;
import io.gantry.agent.plan.HostStep.FreshFolder;
import io.gantry.agent.plan.HostStep.ServeApi;
import io.gantry.agent.plan.PlanDraft;
import io.gantry.agent.plan.PlanInput;
import io.gantry.agent.plan.TreeStep.CloneKernelTree;
import io.gantry.agent.runtime.ApiSockets;
import io.gantry.contracts.spec.Mount;
import java.util.ArrayList;
import java.util.List;

/**
 * The socket to the platform's API, in a folder of its own that is mounted, with a link from where the spec wants it: the socket of an agent that begins
 * anew is another file, which is seen in the folder, and would not be where the old one was mounted.
 */
public final class ApiRule implements Rule {
    /** Where that folder is in the container. */
    static final String PLACE = "/run/gantry/api";

    private static final Handle SEEN = new Handle("api-seen");

    @Override
    public PlanDraft apply(PlanDraft draft, PlanInput input) {
        if (wanted(input).isEmpty()) {
            return draft;
        }
        String folder = input.folders().api();
        return draft.with(
                        new FreshFolder(folder, 0755, false, "A folder for the socket to the platform's API"),
                        new ServeApi(input.request().container().id(), folder + "/" + ApiSockets.NAME),
                        new CloneKernelTree(folder, true, SEEN, "See that folder, read-only; nobody inside is its owner"))
                .handing(SEEN);
    }

    private static List<Mount.Api> wanted(PlanInput input) {
        return input.spec().mounts().stream().filter(Mount.Api.class::isInstance).map(Mount.Api.class::cast).toList();
    }

    /** After everything else is mounted, since links may lie in what is. */
    static List<FileSystemStep> placed(PlanInput input) {
        List<Mount.Api> all = wanted(input);
        if (all.isEmpty()) {
            return List.of();
        }
        List<FileSystemStep> steps = new ArrayList<>(FilesRule.folders(PLACE + "/x"));
        steps.add(new Attach(SEEN, PLACE, "Bring in the folder with the socket"));
        for (Mount.Api one : all) {
            steps.addAll(FilesRule.folders(one.target()));
            steps.add(new Link(PLACE + "/" + ApiSockets.NAME, one.target(), "Where the spec wants the socket"));
        }
        return steps;
    }
}
