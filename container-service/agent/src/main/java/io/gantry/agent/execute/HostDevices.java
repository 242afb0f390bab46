package io.gantry.agent.execute;

import io.gantry.agent.plan.HostDevice;
import io.gantry.kernel.syscall.DeviceNumber;
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
            DeviceNumber number = DeviceNumber.of((long) Files.getAttribute(Path.of(path), "unix:rdev"));
            return new HostDevice(path, number.major(), number.minor());
        } catch (IOException e) {
            throw new IllegalArgumentException("--allow device:" + path + ": this host has no such device", e);
        }
    }
}
