package io.gantry.agent.oci.plan;

import static io.gantry.kernel.syscall.LinuxHeader.MOUNT_ATTR_RDONLY;

import io.gantry.agent.oci.config.BundleConfig;
import io.gantry.agent.oci.config.BundleConfig.BundleMount;
import io.gantry.agent.plan.BundleInsideStep.AttachAt;
import io.gantry.agent.plan.BundleInsideStep.ChangeMount;
import io.gantry.agent.plan.BundleInsideStep.MakePlace;
import io.gantry.agent.plan.BundleStep.CloneMounts;
import io.gantry.agent.plan.FileSystemStep;
import io.gantry.agent.plan.Handle;
import io.gantry.agent.plan.InsideStep;
import io.gantry.agent.plan.MountChange;
import io.gantry.agent.plan.MountFlags;
import io.gantry.agent.plan.Step;
import io.gantry.contracts.problem.BadField;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A bundle's mounts, in two parts: what the host hands over, and what the first process does once the host's file systems are out of its
 * sight, so that no link in the image leads to them. Only a procfs and a sysfs of a new user namespace come before that: the kernel gives
 * them only where unmasked ones are in sight. Pure but for what it gathers.
 */
final class MountSteps {
    private static final Set<String> NEED_SIGHT = Set.of("proc", "sysfs");
    private final BundleConfig config;
    private final BundleInput input;
    private final BundleGroups groups;
    private final List<Step> host = new ArrayList<>();
    private final List<Handle> handles = new ArrayList<>();
    private final List<InsideStep> sighted = new ArrayList<>();
    private final List<InsideStep> inside = new ArrayList<>();
    private final List<InsideStep> last = new ArrayList<>();

    MountSteps(BundleConfig config, BundleInput input, BundleGroups groups) {
        this.config = config;
        this.input = input;
        this.groups = groups;
        config.mounts().forEach(this::add);
    }

    /** Before the hand-over. */
    List<Step> host() {
        return host;
    }

    List<Handle> handles() {
        return handles;
    }

    /** As long as the old root is in sight. */
    List<InsideStep> sighted() {
        return sighted;
    }

    List<InsideStep> inside() {
        return inside;
    }

    /** After all else is mounted and made. */
    List<InsideStep> last() {
        return last;
    }

    private void add(BundleMount mount) {
        String at = mount.destination().replaceAll("/+", "/").replaceAll("(?<=.)/$", "");
        if (at.equals("/") || (at + "/").contains("/../")) {
            throw new BadField(mount.place() + ".destination", mount.place() + ".destination is a path below the container's root, got '" + mount.destination() + "'");
        }
        MountOptions options = MountOptions.read(mount.place(), mount.options(), mount.type().equals("bind"));
        switch (mount.type()) {
            case "bind" -> bind(mount, at, options);
            case "cgroup" -> groups(at, options);
            case "" -> throw new BadField(mount.place() + ".type", mount.place() + ".type is missing");
            default -> fresh(mount, at, options);
        }
    }

    private void bind(BundleMount mount, String at, MountOptions options) {
        Boolean folder = input.sources().get(mount.source());
        if (folder == null) {
            throw new BadField(mount.place() + ".source", "%s.source: %s isn't there".formatted(mount.place(), mount.source()));
        }
        Handle handle = clone(mount.source(), options.all(), options.ofBind(), "Bring in the host's " + mount.source());
        inside.add(new MakePlace(at, !folder));
        inside.add(new AttachAt(handle, at, "Bind it at " + at));
    }

    /** A device node made in a new user namespace is refused: the host's own comes in. */
    void bindDevice(String path) {
        Handle handle = clone(path, false, List.of(), "Bring in the host's " + path + ": inside, mknod is refused");
        inside.add(new MakePlace(path, true));
        inside.add(new AttachAt(handle, path, "Bind it there"));
    }

    private Handle clone(String source, boolean all, List<MountChange> changes, String why) {
        Handle handle = new Handle("mount" + handles.size());
        host.add(new CloneMounts(source, all, changes, handle, why));
        handles.add(handle);
        return handle;
    }

    private void fresh(BundleMount mount, String at, MountOptions options) {
        boolean later = at.equals("/dev") && options.readOnly(); // what is put there comes first
        FileSystemStep.Mount step =
                new FileSystemStep.Mount(
                        mount.source().isEmpty() ? mount.type() : mount.source(), at, mount.type(), later ? options.without(MountFlags.Flag.RDONLY) : options.flags(),
                        options.data(), "Mount a new " + mount.type());
        if (config.has("user") && NEED_SIGHT.contains(mount.type()) && at.lastIndexOf('/') == 0) {
            sighted.add(new FileSystemStep.MakeFolder(at, 0755));
            sighted.add(step);
        } else {
            inside.add(new MakePlace(at, false));
            inside.add(step);
        }
        options.changes().forEach(change -> inside.add(new ChangeMount(at, change, "As its options say")));
        if (later) {
            last.add(new ChangeMount(at, MountChange.of(MOUNT_ATTR_RDONLY, 0, false), "Nothing more is to be put there"));
        }
    }

    /** A place with each of the container's groups in it, by the name of its tree: v1's as runc and crun show them, and v2's beside them. */
    private void groups(String at, MountOptions options) {
        if (groups.trees().alone()) {
            unified(at, options);
            return;
        }
        MountFlags usual = MountFlags.of(MountFlags.Flag.NOSUID, MountFlags.Flag.NODEV, MountFlags.Flag.NOEXEC);
        inside.add(new MakePlace(at, false));
        inside.add(new FileSystemStep.Mount("tmpfs", at, "tmpfs", usual, "mode=755", "A place for its control groups"));
        List<String> trees = new ArrayList<>(groups.trees().controllers());
        trees.add(BundleInput.Trees.UNIFIED);
        for (String tree : trees) {
            String place = at + "/" + tree;
            inside.add(new MakePlace(place, false));
            if (config.makes("cgroup")) {
                boolean unified = tree.equals(BundleInput.Trees.UNIFIED);
                String data = unified ? "" : groups.trees().named().contains(tree) ? "none,name=" + tree : tree;
                inside.add(new FileSystemStep.Mount("cgroup", place, unified ? "cgroup2" : "cgroup", options.flags(), data, "Show its own " + tree + " group"));
            } else {
                Handle handle = clone(groups.folder(tree), false, options.ofBind(), "Bring in its own " + tree + " group");
                inside.add(new AttachAt(handle, place, "Show it at " + place));
            }
        }
        if (options.readOnly()) {
            inside.add(new ChangeMount(at, MountChange.of(MOUNT_ATTR_RDONLY, 0, false), "Nothing is to be put beside them"));
        }
        options.changes().forEach(change -> inside.add(new ChangeMount(at, change, "As its options say")));
    }

    /** The one tree there is, as the container's cgroup namespace shows it; without one of its own, its group alone. */
    private void unified(String at, MountOptions options) {
        inside.add(new MakePlace(at, false));
        if (config.makes("cgroup")) {
            inside.add(new FileSystemStep.Mount("cgroup", at, "cgroup2", options.flags(), "", "Show its own control group"));
        } else {
            Handle handle = clone(groups.unified(), false, options.ofBind(), "Bring in its own control group");
            inside.add(new AttachAt(handle, at, "Show it at " + at));
        }
        options.changes().forEach(change -> inside.add(new ChangeMount(at, change, "As its options say")));
    }
}
