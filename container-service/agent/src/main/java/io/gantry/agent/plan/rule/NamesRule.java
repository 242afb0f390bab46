package io.gantry.agent.plan.rule;

import static io.gantry.kernel.syscall.LinuxHeader.CLONE_NEWNET;

import io.gantry.agent.plan.Handle;
import io.gantry.agent.plan.HostStep.CloneTree;
import io.gantry.agent.plan.HostStep.MakeFolder;
import io.gantry.agent.plan.HostStep.WriteFile;
import io.gantry.agent.plan.Lender;
import io.gantry.agent.plan.PlanDraft;
import io.gantry.agent.plan.PlanInput;
import io.gantry.agent.runtime.Attachment;
import io.gantry.contracts.unit.Ipv4;
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
        String folder = input.folder() + "/etc";
        draft = draft.with(new MakeFolder(folder, 0700, true, "A folder for the files that name things"));
        for (Map.Entry<String, String> file : contents(input).entrySet()) {
            String path = folder + "/" + file.getKey();
            Handle handle = handle(file.getKey());
            draft =
                    draft.with(
                                    new WriteFile(path, file.getValue(), 0644, "The container's own /etc/" + file.getKey()),
                                    new CloneTree(path, RootFileSystemRule.OWNERS, false, handle, "Map its owner"))
                            .handing(handle);
        }
        return draft;
    }

    /** They tell of the network: whoever shares it has the same files. */
    private static PlanDraft lent(PlanDraft draft, Lender lender) {
        for (String name : NAMES) {
            Handle handle = handle(name);
            String why = "Map the owner of the /etc/" + name + " of " + lender.name() + ", whose network it shares";
            draft = draft.with(new CloneTree(lender.folder() + "/etc/" + name, RootFileSystemRule.OWNERS, false, handle, why)).handing(handle);
        }
        return draft;
    }

    static Handle handle(String name) {
        return new Handle("etc-" + name);
    }

    static Map<String, String> contents(PlanInput input) {
        StringBuilder hosts = new StringBuilder("127.0.0.1\tlocalhost\n");
        StringBuilder resolve = new StringBuilder();
        input.request().network().ifPresent(network -> hosts.append(network.address()).append('\t').append(input.hostname()).append('\n'));
        input.request().network().ifPresent(network -> resolver(network, resolve));
        Map<String, String> files =
                new TreeMap<>(Map.of("hosts", hosts.toString(), "hostname", input.hostname() + "\n", "resolv.conf", resolve.toString()));
        files.putAll(input.hostFiles());
        return files;
    }

    private static void resolver(Attachment network, StringBuilder file) {
        for (Ipv4 server : network.dns()) {
            file.append("nameserver ").append(server).append('\n');
        }
        if (!network.searchDomains().isEmpty()) {
            file.append("search ").append(String.join(" ", network.searchDomains())).append('\n');
        }
    }
}
