package io.gantry.agent.oci.plan;

import io.gantry.agent.oci.config.BundleConfig;
import io.gantry.agent.plan.BundleInsideStep.MakeLink;
import io.gantry.agent.plan.BundleInsideStep.MakeNode;
import io.gantry.agent.plan.InsideStep;
import io.gantry.kernel.mount.DeviceFolder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What is in {@code /dev} of every container (config-linux.md, "Default Devices"), and what the bundle asks for besides. Nothing is made in a
 * {@code /dev} that is somebody else's.
 */
final class DeviceSteps {
    private final List<InsideStep> inside = new ArrayList<>();

    DeviceSteps(BundleConfig config, MountSteps mounts) {
        boolean own = config.mounts().stream().noneMatch(mount -> mount.type().equals("bind") && mount.destination().replaceAll("/+$", "").equals("/dev"));
        if (!own) {
            return;
        }
        for (DeviceFolder.Device device : DeviceFolder.DEVICES) {
            String path = "/dev/" + device.name();
            boolean asked = config.devices().stream().anyMatch(each -> each.path().equals(path));
            if (!asked) {
                add(config, mounts, new BundleConfig.Device(path, 'c', device.major(), device.minor(), 0666, 0, 0));
            }
        }
        config.devices().forEach(device -> add(config, mounts, device));
        for (Map.Entry<String, String> link : DeviceFolder.LINKS.entrySet()) {
            inside.add(new MakeLink(link.getValue(), "/dev/" + link.getKey()));
        }
    }

    private void add(BundleConfig config, MountSteps mounts, BundleConfig.Device device) {
        if (config.has("user")) {
            mounts.bindDevice(device.path());
        } else {
            inside.add(new MakeNode(device.path(), device.type(), device.major(), device.minor(), device.mode(), device.uid(), device.gid()));
        }
    }

    List<InsideStep> inside() {
        return inside;
    }
}
