package io.gantry.agent.oci.plan;

import static io.gantry.kernel.syscall.LinuxHeader.*;

import io.gantry.agent.plan.MountChange;
import io.gantry.agent.plan.MountFlags;
import io.gantry.contracts.problem.BadField;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Options of a bundle's mount (runtime-spec, config.md "Linux mount options"): what is the mount's, what is the file system's. Pure.
 *
 * @param flags of mount(2), for a new file system
 * @param own the same of what is bound, where they are changes of mount_setattr(2)
 * @param changes what goes beyond one mount or is its propagation
 * @param data the file system's own, comma separated
 * @param all bound with all that is mounted below
 * @param spread whether a propagation is asked for
 */
record MountOptions(MountFlags flags, List<MountChange> own, List<MountChange> changes, String data, boolean all, boolean spread) {
    /** @param clears bits that go when it is set */
    private record Attribute(MountFlags.Flag flag, boolean sets, long bit, long clears) {}

    private static final Map<String, Attribute> ATTRIBUTES =
            Map.ofEntries(
                    on("ro", MountFlags.Flag.RDONLY, MOUNT_ATTR_RDONLY), off("rw", MountFlags.Flag.RDONLY, MOUNT_ATTR_RDONLY),
                    on("nosuid", MountFlags.Flag.NOSUID, MOUNT_ATTR_NOSUID), off("suid", MountFlags.Flag.NOSUID, MOUNT_ATTR_NOSUID),
                    on("nodev", MountFlags.Flag.NODEV, MOUNT_ATTR_NODEV), off("dev", MountFlags.Flag.NODEV, MOUNT_ATTR_NODEV),
                    on("noexec", MountFlags.Flag.NOEXEC, MOUNT_ATTR_NOEXEC), off("exec", MountFlags.Flag.NOEXEC, MOUNT_ATTR_NOEXEC),
                    on("nodiratime", MountFlags.Flag.NODIRATIME, MOUNT_ATTR_NODIRATIME), off("diratime", MountFlags.Flag.NODIRATIME, MOUNT_ATTR_NODIRATIME),
                    on("nosymfollow", MountFlags.Flag.NOSYMFOLLOW, MOUNT_ATTR_NOSYMFOLLOW), off("symfollow", MountFlags.Flag.NOSYMFOLLOW, MOUNT_ATTR_NOSYMFOLLOW),
                    Map.entry("noatime", new Attribute(MountFlags.Flag.NOATIME, true, MOUNT_ATTR_NOATIME, MOUNT_ATTR_ATIME)),
                    Map.entry("atime", new Attribute(MountFlags.Flag.NOATIME, false, 0, MOUNT_ATTR_ATIME)),
                    Map.entry("relatime", new Attribute(MountFlags.Flag.RELATIME, true, 0, MOUNT_ATTR_ATIME)),
                    Map.entry("norelatime", new Attribute(MountFlags.Flag.RELATIME, false, 0, 0)),
                    Map.entry("strictatime", new Attribute(MountFlags.Flag.STRICTATIME, true, MOUNT_ATTR_STRICTATIME, MOUNT_ATTR_ATIME)),
                    Map.entry("nostrictatime", new Attribute(MountFlags.Flag.STRICTATIME, false, 0, 0)));
    private static final Map<String, Attribute> OF_THE_FILE_SYSTEM =
            Map.of(
                    "sync", new Attribute(MountFlags.Flag.SYNCHRONOUS, true, 0, 0), "async", new Attribute(MountFlags.Flag.SYNCHRONOUS, false, 0, 0),
                    "dirsync", new Attribute(MountFlags.Flag.DIRSYNC, true, 0, 0), "mand", new Attribute(MountFlags.Flag.MANDLOCK, true, 0, 0),
                    "nomand", new Attribute(MountFlags.Flag.MANDLOCK, false, 0, 0));
    private static final Map<String, Long> SPREAD =
            Map.of("private", MS_PRIVATE, "slave", MS_SLAVE, "shared", MS_SHARED, "unbindable", MS_UNBINDABLE);
    private static final Set<String> NOTHING = Set.of("defaults", "bind", "rbind");
    private static final Set<String> NOT_HONOURED = Set.of("tmpcopyup", "copy-symlink", "idmap", "ridmap", "remount", "iversion", "silent", "loud", "src-nofollow", "dest-nofollow");

    private static Map.Entry<String, Attribute> on(String word, MountFlags.Flag flag, long bit) {
        return Map.entry(word, new Attribute(flag, true, bit, 0));
    }

    private static Map.Entry<String, Attribute> off(String word, MountFlags.Flag flag, long bit) {
        return Map.entry(word, new Attribute(flag, false, 0, bit));
    }

    /** @param place of the mount, for refusals */
    static MountOptions read(String place, List<String> options, boolean bound) {
        Set<MountFlags.Flag> flags = EnumSet.noneOf(MountFlags.Flag.class);
        List<MountChange> own = new ArrayList<>();
        List<MountChange> changes = new ArrayList<>();
        List<String> data = new ArrayList<>();
        boolean spread = false;
        for (String option : options) {
            String rest = option.startsWith("r") ? option.substring(1) : "";
            if (ATTRIBUTES.containsKey(option)) {
                Attribute each = ATTRIBUTES.get(option);
                put(flags, each);
                own.add(MountChange.of(each.bit, each.clears, false));
            } else if (SPREAD.containsKey(option) || SPREAD.containsKey(rest)) {
                changes.add(MountChange.spreading(SPREAD.getOrDefault(option, SPREAD.get(rest)), !SPREAD.containsKey(option)));
                spread = true;
            } else if (ATTRIBUTES.containsKey(rest)) {
                Attribute each = ATTRIBUTES.get(rest);
                changes.add(MountChange.of(each.bit, each.clears, true));
            } else if (OF_THE_FILE_SYSTEM.containsKey(option) && !bound) {
                put(flags, OF_THE_FILE_SYSTEM.get(option));
            } else if (NOT_HONOURED.contains(option) || option.startsWith("idmap=") || option.startsWith("ridmap=") || bound && !NOTHING.contains(option)) {
                throw new BadField(place + ".options", "%s.options: %s isn't honoured".formatted(place, option), "leave it out, or run this bundle with a runtime that has it");
            } else if (!NOTHING.contains(option)) {
                data.add(option);
            }
        }
        return new MountOptions(
                new MountFlags(flags), own.stream().filter(change -> change.set() != 0 || change.clear() != 0).toList(), List.copyOf(changes), String.join(",", data),
                options.contains("rbind"), spread);
    }

    private static void put(Set<MountFlags.Flag> flags, Attribute attribute) {
        if (attribute.sets) {
            flags.add(attribute.flag);
        } else {
            flags.remove(attribute.flag);
        }
    }

    boolean readOnly() {
        return flags.set().contains(MountFlags.Flag.RDONLY);
    }

    MountFlags without(MountFlags.Flag flag) {
        Set<MountFlags.Flag> left = EnumSet.noneOf(MountFlags.Flag.class);
        left.addAll(flags.set());
        left.remove(flag);
        return new MountFlags(left);
    }

    /** Of something bound: its own attributes, and what else is asked for; without a word on propagation, the host's mounts come in and none go out. */
    List<MountChange> ofBind() {
        List<MountChange> all = new ArrayList<>(own);
        if (!spread) {
            all.add(MountChange.spreading(MS_SLAVE, true));
        }
        all.addAll(changes);
        return all;
    }
}
