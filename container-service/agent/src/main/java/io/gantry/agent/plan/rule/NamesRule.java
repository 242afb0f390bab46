package io.gantry.agent.plan.rule;

import static io.gantry.kernel.syscall.LinuxHeader.CLONE_NEWNET;

import io.gantry.agent.plan.Handle;
import io.gantry.agent.plan.HostStep.FreshFolder;
import io.gantry.agent.plan.HostStep.WriteFile;
import io.gantry.agent.plan.Lender;
import io.gantry.agent.plan.NameFiles;
import io.gantry.agent.plan.PlanDraft;
import io.gantry.agent.plan.PlanInput;
import io.gantry.agent.plan.Step;
import io.gantry.agent.plan.TreeStep.CloneTree;
import io.gantry.agent.runtime.Attachment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code hosts}, {@code hostname} and {@code resolv.conf} are the container's own files, mounted over the image's. */
public final class NamesRule implements Rule {
    static final List<String> NAMES = List.of("hostname", "hosts", "resolv.conf");

    @Override
    public PlanDraft apply(PlanDraft draft, PlanInput input) {
        if (input.shares(CLONE_NEWNET)) {
            return lent(draft, input.lender().orElseThrow());
        }
        draft = draft.with(files(input.folders().names()));
        for (String name : NAMES) {
            draft = draft.handing(handle(name));
        }
        return draft;
    }

    /** The files without their contents: the same for every container of a slot. */
    public static List<Step> files(String folder) {
        List<Step> steps = new ArrayList<>();
        steps.add(new FreshFolder(folder, 0700, false, "A folder for the files that name things"));
        for (String name : NAMES) {
            String path = folder + "/" + name;
            steps.add(new WriteFile(path, "", 0644, "A file that is to be the container's own /etc/" + name));
            steps.add(new CloneTree(path, RootFileSystemRule.OWNERS, false, handle(name), "Map its owner"));
        }
        return steps;
    }

    /** They tell of the network: whoever shares it has the same files. */
    private static PlanDraft lent(PlanDraft draft, Lender lender) {
        for (String name : NAMES) {
            Handle handle = handle(name);
            String why = "Map the owner of the /etc/" + name + " of " + lender.name() + ", whose network it shares";
            draft = draft.with(new CloneTree(lender.names() + "/" + name, RootFileSystemRule.OWNERS, false, handle, why)).handing(handle);
        }
        return draft;
    }

    static Handle handle(String name) {
        return new Handle("etc-" + name);
    }

    /** What the files say, written once the first process has them and is busy with them; none if they are another container's. */
    static List<Step> written(PlanInput input) {
        return input.shares(CLONE_NEWNET) ? List.of() : contents(input).entrySet().stream().map(file -> written(input, file.getKey(), file.getValue())).toList();
    }

    private static Step written(PlanInput input, String name, String content) {
        return new WriteFile(input.folders().names() + "/" + name, content, 0644, "What the container's /etc/" + name + " says");
    }

    static Map<String, String> contents(PlanInput input) {
        List<Attachment> networks = input.request().networks();
        NameFiles own = NameFiles.of(input.hostname(), input.domainname(), input.spec());
        Map<String, String> files =
                new TreeMap<>(Map.of(
                        "hosts", own.hosts(networks), "hostname", input.hostname() + "\n", "resolv.conf", own.resolver(networks)));
        files.putAll(input.host().files());
        return files;
    }
}
