package io.gantry.agent.plan.rule;

import io.gantry.agent.plan.FileSystemStep.Attach;
import io.gantry.agent.plan.FileSystemStep.Link;
import io.gantry.agent.plan.FileSystemStep.MakeFolder;
import io.gantry.agent.plan.FileSystemStep;
import io.gantry.agent.plan.Handle;
import io.gantry.agent.plan.KeptFile;
import io.gantry.agent.plan.PlanDraft;
import io.gantry.agent.plan.PlanInput;
import io.gantry.agent.plan.TreeStep.MakeFiles;
import io.gantry.contracts.spec.Mount;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Secrets and configs: one folder in memory with all of a container's, and links to them from where the spec wants them. A link is needed because
 * what is mounted at a file's place stays the old file when another takes its name.
 */
public final class FilesRule implements Rule {
    /** Where that folder is in the container. */
    public static final String PLACE = "/run/gantry/files";

    static final Handle FOLDER = new Handle("files");
    private static final Handle SEEN = new Handle("files-seen");

    @Override
    public PlanDraft apply(PlanDraft draft, PlanInput input) {
        return wanted(input) ? draft.with(new MakeFiles(files(input), input.slot().range().first(), FOLDER, SEEN)).handing(SEEN) : draft;
    }

    static boolean wanted(PlanInput input) {
        return !input.spec().kept().isEmpty();
    }

    private static List<KeptFile> files(PlanInput input) {
        List<Mount.Kept> all = input.spec().kept();
        List<KeptFile> files = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            files.add(KeptFile.of(i, all.get(i), input.request().files()));
        }
        return List.copyOf(files);
    }

    /** What the command has of them in its environment, by the variables' names. */
    static Map<String, KeptFile> variables(PlanInput input) {
        Map<String, KeptFile> variables = new TreeMap<>();
        List<Mount.Kept> all = input.spec().kept();
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i) instanceof Mount.Secret secret && secret.env() != null) {
                variables.put(secret.env(), KeptFile.of(i, secret, input.request().files()));
            }
        }
        return variables;
    }

    /** After everything else is mounted, since links may lie in what is. */
    static List<FileSystemStep> placed(PlanInput input) {
        if (!wanted(input)) {
            return List.of();
        }
        List<FileSystemStep> steps = new ArrayList<>(folders(PLACE + "/x"));
        steps.add(new Attach(SEEN, PLACE, "Bring in the files that the platform keeps, read-only"));
        List<Mount.Kept> all = input.spec().kept();
        for (int i = 0; i < all.size(); i++) {
            steps.addAll(folders(all.get(i).target()));
            steps.add(new Link(PLACE + "/" + KeptFile.name(i, all.get(i)), all.get(i).target(), "Where the spec wants " + all.get(i).kind() + " '" + all.get(i).source() + "'"));
        }
        return steps;
    }

    /** Those above it. */
    static Set<FileSystemStep> folders(String path) {
        Set<FileSystemStep> folders = new LinkedHashSet<>();
        for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
            folders.add(new MakeFolder(path.substring(0, slash), 0755));
        }
        return folders;
    }
}
