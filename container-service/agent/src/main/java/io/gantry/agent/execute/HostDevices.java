package io.gantry.agent.execute;

import io.gantry.agent.plan.HostDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/** The numbers behind the paths of devices. */
final class HostDevices {
    private static final int TYPE = 0170000;
    private static final int CHARACTER_DEVICE = 0020000;

    private HostDevices() {}

    /** @throws IllegalArgumentException for a path that is no character device of this host */
    static List<HostDevice> of(Collection<String> paths) {
        return paths.stream().sorted().map(HostDevices::of).toList();
    }

    private static HostDevice of(String path) {
        try {
            int mode = (int) Files.getAttribute(Path.of(path), "unix:mode");
            if ((mode & TYPE) != CHARACTER_DEVICE) {
                throw new IllegalArgumentException("--allow device:" + path + ": it is no character device; others aren't given to containers");
            }
            long number = (long) Files.getAttribute(Path.of(path), "unix:rdev");
            // sys/sysmacros.h
            return new HostDevice(path, (int) (number >>> 8 & 0xfff), (int) (number & 0xff | number >>> 12 & 0xfff00));
        } catch (IOException e) {
            throw new IllegalArgumentException("--allow device:" + path + ": this host has no such device", e);
        }
    }
}
