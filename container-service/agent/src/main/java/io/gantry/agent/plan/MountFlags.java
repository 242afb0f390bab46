package io.gantry.agent.plan;

import io.gantry.kernel.syscall.LinuxHeader;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Flags of mount(2). */
public record MountFlags(Set<Flag> set) {
    public enum Flag {
        NOSUID(LinuxHeader.MS_NOSUID),
        NODEV(LinuxHeader.MS_NODEV),
        NOEXEC(LinuxHeader.MS_NOEXEC),
        RDONLY(LinuxHeader.MS_RDONLY),
        REMOUNT(LinuxHeader.MS_REMOUNT),
        BIND(LinuxHeader.MS_BIND),
        SYNCHRONOUS(LinuxHeader.MS_SYNCHRONOUS),
        MANDLOCK(LinuxHeader.MS_MANDLOCK),
        DIRSYNC(LinuxHeader.MS_DIRSYNC),
        NOSYMFOLLOW(LinuxHeader.MS_NOSYMFOLLOW),
        NOATIME(LinuxHeader.MS_NOATIME),
        NODIRATIME(LinuxHeader.MS_NODIRATIME),
        RELATIME(LinuxHeader.MS_RELATIME),
        STRICTATIME(LinuxHeader.MS_STRICTATIME),
        REC(LinuxHeader.MS_REC);

        private final long bit;

        Flag(long bit) {
            this.bit = bit;
        }
    }

    public static MountFlags of(Flag... flags) {
        EnumSet<Flag> set = EnumSet.noneOf(Flag.class);
        set.addAll(Arrays.asList(flags));
        return new MountFlags(set);
    }

    public long bits() {
        return set.stream().mapToLong(each -> each.bit).sum();
    }

    /** As mount(8) writes them. */
    public String options() {
        return set.stream().map(MountFlags::word).collect(Collectors.joining(","));
    }

    private static String word(Flag flag) {
        return switch (flag) {
            case RDONLY -> "ro";
            case SYNCHRONOUS -> "sync";
            case MANDLOCK -> "mand";
            default -> flag.name().toLowerCase(Locale.ROOT);
        };
    }

    @Override
    public String toString() {
        return set.stream().map(each -> "MS_" + each.name()).collect(Collectors.joining("|"));
    }
}
