package io.gantry.agent.isolation;

import io.gantry.agent.plan.BundleStep;
import io.gantry.agent.plan.FileSystemStep;
import io.gantry.agent.plan.HostStep;
import io.gantry.agent.plan.InsideStep;
import io.gantry.agent.plan.LauncherStep;
import io.gantry.agent.plan.MountFlags;
import io.gantry.agent.plan.Plan;
import io.gantry.agent.plan.PrivilegeStep;
import io.gantry.agent.plan.Step;
import io.gantry.contracts.unit.Capability;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Something that a plan has made so and that stays so while the container runs, unless somebody changes it by hand. */
public sealed interface Expectation {
    /** @param group path of a control group */
    record Limit(String group, String file, String value, String why) implements Expectation {}

    record OomScore(int score) implements Expectation {}

    /**
     * @param path as the container sees it
     * @param cover of something that not every kernel has
     */
    record MountedAt(String path, boolean readOnly, boolean cover) implements Expectation {}

    record Bounding(Set<Capability> kept) implements Expectation {}

    record NoNewPrivileges(boolean on) implements Expectation {}

    record Filtered(boolean on) implements Expectation {}

    /** Its interface {@code inside} is tied to the host's of that name, both are up, and the way out is by it if that is so. */
    record Plugged(String hostInterface, String inside, boolean wayOut) implements Expectation {}

    /**
     * Pure.
     *
     * @param cables that it has
     */
    static List<Expectation> of(Plan plan, List<Plugged> cables) {
        List<Step> steps = plan.steps();
        List<Expectation> all = new ArrayList<>();
        // before that, paths are the host's; what is prepared from there on is moved into the root under the same names
        steps.stream().dropWhile(step -> !(step instanceof FileSystemStep.Stage)).flatMap(Expectation::mounted).forEach(all::add);
        steps.stream().dropWhile(step -> !(step instanceof FileSystemStep.CoverRoot)).map(Expectation::attached).flatMap(Optional::stream).forEach(all::add);
        steps.stream().map(Expectation::set).flatMap(Optional::stream).forEach(all::add);
        all.add(new Filtered(steps.stream().anyMatch(PrivilegeStep.Seccomp.class::isInstance)));
        all.add(new NoNewPrivileges(steps.stream().anyMatch(PrivilegeStep.NoNewPrivileges.class::isInstance)));
        all.addAll(cables);
        return List.copyOf(all);
    }

    private static Stream<Expectation> mounted(Step step) {
        return switch (step) {
            case FileSystemStep.Mount(_, var target, _, var flags, _, _) -> Stream.of(new MountedAt(target, flags.set().contains(MountFlags.Flag.RDONLY), false));
            case FileSystemStep.ShowProcView(_, _, var paths) -> paths.stream().map(path -> new MountedAt(path, true, false));
            case FileSystemStep.Mask(var path) -> Stream.of(new MountedAt(path, false, true));
            case FileSystemStep.ReadOnly(var path) -> Stream.of(new MountedAt(path, true, true));
            case HostStep _, InsideStep _, BundleStep _ -> Stream.empty();
        };
    }

    private static Optional<Expectation> attached(Step step) {
        return step instanceof FileSystemStep.Attach(_, var path, _) ? Optional.of(new MountedAt(path, false, false)) : Optional.empty();
    }

    private static Optional<Expectation> set(Step step) {
        return Optional.ofNullable(
                switch (step) {
                    case HostStep.SetLimit(var group, var setting) -> new Limit(group, setting.file(), setting.value(), setting.why());
                    case LauncherStep.SetOomScore(var score) -> new OomScore(score);
                    case PrivilegeStep.KeepBounding(var kept) -> new Bounding(kept);
                    case HostStep _, InsideStep _, BundleStep _ -> null;
                });
    }
}
