package io.gantry.agent.plan.rule;

import io.gantry.agent.plan.FileSystemStep.Attach;
import io.gantry.agent.plan.FileSystemStep.Link;
import io.gantry.agent.plan.FileSystemStep;
import io.gantry.agent.plan.Handle;
import io.gantry.agent.plan.HostStep.FreshFolder;
import io.gantry.agent.plan.HostStep.ServeClient;
import io.gantry.agent.plan.PlanDraft;
import io.gantry.agent.plan.PlanInput;
import io.gantry.agent.plan.TreeStep.CloneKernelTree;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.Mount;
import java.util.ArrayList;
import java.util.List;

/** Sockets that lead to clients: in a folder of their own, with links from where the spec wants them, for the reason that {@link ApiRule} has. */
public final class SocketRule implements Rule {
    /** Where that folder is in the container. */
    static final String PLACE = "/run/gantry/clients";

    private static final Handle SEEN = new Handle("clients-seen");

    @Override
    public PlanDraft apply(PlanDraft draft, PlanInput input) {
        List<ServeClient> served = served(input.request().container().id(), input.spec().mounts(), input.slot().range().first(), input.folders().clients());
        if (served.isEmpty()) {
            return draft;
        }
        PlanDraft with = draft.with(new FreshFolder(input.folders().clients(), 0755, false, "A folder for the sockets that lead to clients"));
        for (ServeClient one : served) {
            with = with.with(one);
        }
        return with.with(new CloneKernelTree(input.folders().clients(), true, SEEN, "See that folder, read-only; nobody inside is its owner")).handing(SEEN);
    }

    /**
     * Also for an agent that finds the container as it runs.
     *
     * @param first user of the host's that is the container's root
     * @param folder that holds them
     */
    public static List<ServeClient> served(ContainerId id, List<Mount> mounts, int first, String folder) {
        List<Mount.Socket> wanted = wanted(mounts);
        List<ServeClient> served = new ArrayList<>();
        for (int i = 0; i < wanted.size(); i++) {
            Mount.Socket one = wanted.get(i);
            served.add(new ServeClient(id, one.id(), folder + "/" + i, one.mode(), first + one.uid(), first + one.gid()));
        }
        return served;
    }

    private static List<Mount.Socket> wanted(List<Mount> mounts) {
        return mounts.stream().filter(Mount.Socket.class::isInstance).map(Mount.Socket.class::cast).toList();
    }

    /** After everything else is mounted, since links may lie in what is. */
    static List<FileSystemStep> placed(PlanInput input) {
        List<Mount.Socket> all = wanted(input.spec().mounts());
        if (all.isEmpty()) {
            return List.of();
        }
        List<FileSystemStep> steps = new ArrayList<>(FilesRule.folders(PLACE + "/x"));
        steps.add(new Attach(SEEN, PLACE, "Bring in the folder with the sockets"));
        for (int i = 0; i < all.size(); i++) {
            steps.addAll(FilesRule.folders(all.get(i).target()));
            steps.add(new Link(PLACE + "/" + i, all.get(i).target(), "Where the spec wants the socket to '" + all.get(i).id() + "'"));
        }
        return steps;
    }
}
