package io.gantry.kernel.cgroup;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One value that a container's group has for its limits, set or not.
 *
 * @param device tells values of one file apart; {@code ""} where a file has one
 * @param fresh what a new group has
 */
record Knob(String controller, String file, String device, String value, String fresh, String why) {
    Knob(String controller, String file, String value, String fresh, String why) {
        this(controller, file, "", value, fresh, why);
    }

    boolean turned() {
        return !value.equals(fresh);
    }

    CgroupHierarchy.Setting setting() {
        return new CgroupHierarchy.Setting(file, value, why);
    }

    private CgroupHierarchy.Setting reset() {
        return new CgroupHierarchy.Setting(file, fresh, "no limit any more");
    }

    private String key() {
        return file + " " + device;
    }

    static List<CgroupHierarchy.Setting> turned(List<Knob> knobs, String controller) {
        return knobs.stream().filter(knob -> knob.controller.equals(controller) && knob.turned()).map(Knob::setting).toList();
    }

    /** What differs; in the order of {@code to}, what is no more at the end. */
    static List<CgroupHierarchy.Change> changes(List<Knob> from, List<Knob> to, Map<String, String> paths) {
        Map<String, Knob> before = new LinkedHashMap<>();
        from.forEach(knob -> before.put(knob.key(), knob));
        List<CgroupHierarchy.Change> changes = new ArrayList<>();
        for (Knob next : to) {
            Knob last = before.remove(next.key());
            CgroupHierarchy.Setting back = last == null ? next.reset() : last.setting();
            if (!back.value().equals(next.value)) {
                changes.add(new CgroupHierarchy.Change(next.controller, paths.get(next.controller), next.setting(), back));
            }
        }
        before.values().stream()
                .filter(Knob::turned)
                .forEach(gone -> changes.add(new CgroupHierarchy.Change(gone.controller, paths.get(gone.controller), gone.reset(), gone.setting())));
        return changes;
    }
}
