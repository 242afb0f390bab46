package io.gantry.agent.execute;

import io.gantry.contracts.spec.DeviceRate;
import io.gantry.kernel.cgroup.LimitUnavailable;
import io.gantry.kernel.syscall.DeviceNumber;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The kernel's numbers of this host's block devices. */
final class DeviceNumbers {
    /** S_IFMT and S_IFBLK (inode(7)). */
    private static final int KIND = 0170000;

    private static final int BLOCK_DEVICE = 0060000;

    private DeviceNumbers() {}

    /** @return for each device as it is named, {@code 253:0} @throws LimitUnavailable for what is no whole block device of this host */
    static Map<String, String> of(List<DeviceRate> rates) {
        Map<String, String> numbers = new HashMap<>();
        rates.forEach(rate -> numbers.put(rate.device(), number(rate.device())));
        return Map.copyOf(numbers);
    }

    private static String number(String device) {
        String number = device.startsWith("/") ? read(device) : device;
        Path known = Path.of("/sys/dev/block", number);
        if (!Files.exists(known)) {
            throw new LimitUnavailable("devices", "this host has no block device " + device, "lsblk lists them");
        }
        if (Files.exists(known.resolve("partition"))) {
            throw new LimitUnavailable("devices", device + " is a partition, and rates are those of whole disks", "name its disk: " + disk(known));
        }
        return number;
    }

    private static String read(String path) {
        try {
            Map<String, Object> file = Files.readAttributes(Path.of(path), "unix:mode,rdev");
            if (((int) file.get("mode") & KIND) != BLOCK_DEVICE) {
                throw new LimitUnavailable("devices", path + " is no block device", "lsblk lists them");
            }
            return DeviceNumber.of((long) file.get("rdev")).toString();
        } catch (IOException e) {
            throw new LimitUnavailable("devices", "this host has no block device " + path, "lsblk lists them");
        }
    }

    private static String disk(Path partition) {
        try {
            return "/dev/" + partition.toRealPath().getParent().getFileName();
        } catch (IOException e) {
            return "see lsblk";
        }
    }
}
