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
        return set.stream().map(each -> each == Flag.RDONLY ? "ro" : each.name().toLowerCase(Locale.ROOT)).collect(Collectors.joining(","));
    }

    @Override
    public String toString() {
        return set.stream().map(each -> "MS_" + each.name()).collect(Collectors.joining("|"));
    }
}
