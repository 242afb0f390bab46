package io.gantry.agent.oci.plan;

import io.gantry.agent.oci.config.BundleConfig;
import io.gantry.agent.oci.config.BundleResources;
import io.gantry.agent.plan.BundleStep.GuardDevices;
import io.gantry.agent.plan.BundleStep.InheritCores;
import io.gantry.agent.plan.HostStep.MakeCgroup;
import io.gantry.agent.plan.HostStep.MakeFolder;
import io.gantry.agent.plan.HostStep.SetLimit;
import io.gantry.agent.plan.Step;
import io.gantry.contracts.problem.BadField;
import io.gantry.kernel.cgroup.CgroupHierarchy;
import io.gantry.kernel.cgroup.DeviceProgram;
import io.gantry.kernel.mount.DeviceFolder;
import java.util.ArrayList;
import java.util.List;

/**
 * A bundle's control groups: one of the same path in every tree of cgroup v1, or the one of v2, as runc and crun make them. Pure.
 *
 * @param path absolute within each tree
 */
public record BundleGroups(BundleInput.Trees trees, String path) {
    private static final String OURS = "/gantry-runc/";

    /** An absolute path is meant from the top of each tree; any other, or none, is below a folder of ours. */
    public static BundleGroups of(String cgroupsPath, String id, BundleInput.Trees trees) {
        if (("/" + cgroupsPath + "/").contains("/../")) {
            throw new BadField("linux.cgroupsPath", "linux.cgroupsPath leads upwards: " + cgroupsPath);
        }
        String path = cgroupsPath.startsWith("/") ? cgroupsPath : OURS + (cgroupsPath.isEmpty() ? id : cgroupsPath);
        String plain = path.replaceAll("/(\\./|/)+", "/").replaceAll("/+$", "");
        if (plain.isEmpty()) {
            throw new BadField("linux.cgroupsPath", "linux.cgroupsPath is the top of all groups; a container has one of its own");
        }
        return new BundleGroups(trees, plain);
    }

    public String unified() {
        return folder(BundleInput.Trees.UNIFIED);
    }

    /** v1's, each with its controller's folder. */
    public List<String> folders() {
        return trees.controllers().stream().map(this::folder).toList();
    }

    public List<String> all() {
        List<String> all = new ArrayList<>(List.of(unified()));
        all.addAll(folders());
        return all;
    }

    List<String> tasks() {
        return folders().stream().map(folder -> folder + "/tasks").toList();
    }

    String folder(String controller) {
        return tree(controller) + path;
    }

    private String tree(String controller) {
        return controller.equals(BundleInput.Trees.UNIFIED) ? trees.unified() : trees.mount() + "/" + controller;
    }

    List<Step> steps(BundleConfig config) {
        return trees.alone() ? unifiedSteps(config.resources()) : stepsOfAll(config);
    }

    /** Those above the container's pass their controllers on, the top first. */
    private List<Step> unifiedSteps(BundleResources resources) {
        String passed = String.join(" ", trees.passed().stream().map(controller -> "+" + controller).toList());
        CgroupHierarchy.Setting pass = new CgroupHierarchy.Setting("cgroup.subtree_control", passed, "let groups below limit these");
        List<Step> steps = new ArrayList<>(List.of(new SetLimit(trees.unified(), pass)));
        for (String folder : above(BundleInput.Trees.UNIFIED)) {
            steps.add(new MakeFolder(folder, 0755, true, "A group above the container's, if there is none"));
            steps.add(new SetLimit(folder, pass));
        }
        steps.add(new MakeCgroup(BundleInput.Trees.UNIFIED, unified()));
        for (BundleResources.Setting setting : UnifiedSettings.of(resources)) {
            if (!setting.controller().equals(UnifiedSettings.ANY) && !trees.passed().contains(setting.controller())) {
                throw missing(setting, "the controller " + setting.controller() + " isn't there on this host");
            }
            steps.add(new SetLimit(unified(), new CgroupHierarchy.Setting(setting.file(), setting.value(), setting.field())));
        }
        steps.add(new GuardDevices(unified(), devices(resources).stream().map(BundleGroups::rule).toList()));
        return steps;
    }

    private static DeviceProgram.Rule rule(BundleResources.Setting setting) {
        boolean allow = setting.file().equals("devices.allow");
        if (setting.value().equals("a")) {
            return new DeviceProgram.Rule(allow, 'a', -1, -1, "rwm");
        }
        String[] parts = setting.value().split("[ :]");
        return new DeviceProgram.Rule(allow, parts[0].charAt(0), number(parts[1]), number(parts[2]), parts[3]);
    }

    private static long number(String text) {
        return text.equals("*") ? -1 : Long.parseLong(text);
    }

    private static BadField missing(BundleResources.Setting setting, String why) {
        return new BadField(setting.field(), "%s can't be honoured: %s".formatted(setting.field(), why));
    }

    private List<Step> stepsOfAll(BundleConfig config) {
        config.resources().unified().keySet().stream().findFirst().ifPresent(name -> {
            throw new BadField("linux.resources.unified", "linux.resources.unified isn't honoured: this host limits by cgroup v1; the unified tree beside it has no limits");
        });
        List<Step> steps = new ArrayList<>();
        List<String> every = new ArrayList<>(List.of(BundleInput.Trees.UNIFIED));
        every.addAll(trees.controllers());
        for (String controller : every) {
            List<String> above = above(controller);
            above.forEach(folder -> steps.add(new MakeFolder(folder, 0755, true, "A " + controller + " group above the container's, if there is none")));
            steps.add(new MakeCgroup(controller, folder(controller)));
            if (controller.equals("cpuset")) {
                above.add(folder(controller));
                steps.add(new InheritCores(above));
            }
        }
        config.resources().settings().forEach(setting -> steps.add(limit(setting)));
        if (trees.controllers().contains("devices")) {
            devices(config.resources()).forEach(setting -> steps.add(limit(setting)));
        }
        return steps;
    }

    private List<String> above(String controller) {
        List<String> above = new ArrayList<>();
        for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
            above.add(tree(controller) + path.substring(0, slash));
        }
        return above;
    }

    private SetLimit limit(BundleResources.Setting setting) {
        if (!trees.controllers().contains(setting.controller())) {
            throw missing(setting, "this host has no cgroup v1 tree '" + setting.controller() + "'");
        }
        return new SetLimit(folder(setting.controller()), new CgroupHierarchy.Setting(setting.file(), setting.value(), setting.field()));
    }

    /** What is asked for, and what every container has in {@code /dev}. Unless the bundle begins with all devices, it begins with none. */
    private static List<BundleResources.Setting> devices(BundleResources resources) {
        List<BundleResources.Setting> all = new ArrayList<>();
        List<BundleResources.Setting> asked = resources.devices();
        if (asked.isEmpty() || !asked.getFirst().value().equals("a")) {
            all.add(new BundleResources.Setting("devices", "devices.deny", "a", "no device at all, then these"));
        }
        all.addAll(asked);
        if (!asked.isEmpty() && asked.getLast().value().equals("a") && asked.getLast().file().equals("devices.allow")) {
            return all;
        }
        allow(all, "c *:* m", "any may be made, though not opened");
        allow(all, "b *:* m", "any may be made, though not opened");
        for (DeviceFolder.Device device : DeviceFolder.DEVICES) {
            allow(all, "c %d:%d rwm".formatted(device.major(), device.minor()), "/dev/" + device.name());
        }
        allow(all, "c 136:* rwm", "pseudo-terminals");
        allow(all, "c 5:2 rwm", "/dev/ptmx");
        return all;
    }

    private static void allow(List<BundleResources.Setting> all, String line, String why) {
        all.add(new BundleResources.Setting("devices", "devices.allow", line, why));
    }
}
