package io.gantry.agent.plan;

import static io.gantry.kernel.syscall.LinuxHeader.*;

import java.util.ArrayList;
import java.util.List;

/**
 * What mount_setattr(2) changes of a mount.
 *
 * @param set {@code MOUNT_ATTR_*}
 * @param clear likewise
 * @param propagation one of {@code MS_PRIVATE}, {@code MS_SLAVE}, {@code MS_SHARED}, {@code MS_UNBINDABLE}; 0 leaves it
 * @param all of what is mounted below, too
 */
public record MountChange(long set, long clear, long propagation, boolean all) {
    public static MountChange spreading(long propagation, boolean all) {
        return new MountChange(0, 0, propagation, all);
    }

    public static MountChange of(long set, long clear, boolean all) {
        return new MountChange(set, clear, 0, all);
    }

    @Override
    public String toString() {
        List<String> words = new ArrayList<>();
        record Named(long bit, String name) {}
        for (Named each :
                List.of(
                        new Named(MOUNT_ATTR_RDONLY, "RDONLY"), new Named(MOUNT_ATTR_NOSUID, "NOSUID"), new Named(MOUNT_ATTR_NODEV, "NODEV"),
                        new Named(MOUNT_ATTR_NOEXEC, "NOEXEC"), new Named(MOUNT_ATTR_NOATIME, "NOATIME"), new Named(MOUNT_ATTR_STRICTATIME, "STRICTATIME"),
                        new Named(MOUNT_ATTR_NODIRATIME, "NODIRATIME"), new Named(MOUNT_ATTR_NOSYMFOLLOW, "NOSYMFOLLOW"))) {
            if ((set & each.bit) != 0) {
                words.add("+" + each.name);
            }
            if ((clear & each.bit) != 0 && (set & each.bit) == 0) {
                words.add("-" + each.name);
            }
        }
        if (propagation != 0) {
            words.add(propagation == MS_SHARED ? "MS_SHARED" : propagation == MS_SLAVE ? "MS_SLAVE" : propagation == MS_PRIVATE ? "MS_PRIVATE" : "MS_UNBINDABLE");
        }
        return String.join(" ", words) + (all ? ", all below" : "");
    }
}
