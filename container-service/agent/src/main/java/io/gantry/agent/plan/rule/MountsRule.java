package io.gantry.agent.plan.rule;

import static io.gantry.agent.plan.MountFlags.Flag.NODEV;
import static io.gantry.agent.plan.MountFlags.Flag.NOEXEC;
import static io.gantry.agent.plan.MountFlags.Flag.NOSUID;
import static io.gantry.agent.plan.MountFlags.Flag.RDONLY;

import io.gantry.agent.plan.FileSystemStep.MakeFolder;
import io.gantry.agent.plan.FileSystemStep;
import io.gantry.agent.plan.MountFlags;
import io.gantry.agent.plan.PlanDraft;
import io.gantry.agent.plan.PlanInput;
import io.gantry.agent.plan.Step;
import io.gantry.contracts.spec.Mount;
import io.gantry.contracts.spec.VolumeMount;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What the spec mounts beside the root. Only once the host's file systems are out of sight: a link in a target can climb no higher than
 * the container's root then. What lies deeper comes later, so that nothing is covered.
 */
public final class MountsRule implements Rule {
    private record Placed(String target, FileSystemStep step) {}

    private static final Comparator<Placed> OUTER_FIRST =
            Comparator.comparingLong((Placed mount) -> mount.target().chars().filter(c -> c == '/').count()).thenComparing(Placed::target);

    @Override
    public PlanDraft apply(PlanDraft draft, PlanInput input) {
        List<Placed> all = new ArrayList<>();
        for (Mount mount : input.spec().mounts()) {
            switch (mount) {
                case Mount.Tmpfs tmpfs -> all.add(new Placed(tmpfs.target(), memory(tmpfs)));
                case Mount.Bind bind -> all.add(new Placed(bind.target(), new FileSystemStep.Attach(BindsRule.handle(bind), bind.target(), "Bring in the host's " + bind.source())));
                case Mount.Volume _, Mount.Kept _, Mount.Api _, Mount.Socket _ -> {
                    // stands among the container's volumes, with those of the image; or comes last
                }
            }
        }
        input.request().container().volumes().forEach(volume -> all.add(new Placed(volume.target(), volume(volume))));
        for (Placed mount : all.stream().sorted(OUTER_FIRST).toList()) {
            draft = draft.with(place(mount.target())).with(mount.step());
        }
        return draft.with(FilesRule.placed(input)).with(ApiRule.placed(input)).with(SocketRule.placed(input));
    }

    private static FileSystemStep memory(Mount.Tmpfs tmpfs) {
        return new FileSystemStep.Mount("tmpfs", tmpfs.target(), "tmpfs", flags(tmpfs), data(tmpfs), "Memory for files at " + tmpfs.target());
    }

    private static FileSystemStep volume(VolumeMount volume) {
        String readOnly = volume.readOnly() ? ", read-only" : "";
        return new FileSystemStep.Attach(VolumesRule.handle(volume), volume.target(), "Bring in volume " + volume.name() + readOnly);
    }

    private static MountFlags flags(Mount.Tmpfs tmpfs) {
        Set<MountFlags.Flag> flags = EnumSet.of(NOSUID, NODEV);
        if (!tmpfs.exec()) {
            flags.add(NOEXEC);
        }
        if (tmpfs.readOnly()) {
            flags.add(RDONLY);
        }
        return new MountFlags(flags);
    }

    private static String data(Mount.Tmpfs tmpfs) {
        return "mode=%o".formatted(tmpfs.mode()) + (tmpfs.size() == null ? "" : ",size=" + tmpfs.size().value());
    }

    /** The folder and those above it. */
    private static List<Step> place(String target) {
        List<Step> folders = new ArrayList<>();
        for (int slash = target.indexOf('/', 1); slash > 0; slash = target.indexOf('/', slash + 1)) {
            folders.add(new MakeFolder(target.substring(0, slash), 0755));
        }
        folders.add(new MakeFolder(target, 0755));
        return folders;
    }
}
