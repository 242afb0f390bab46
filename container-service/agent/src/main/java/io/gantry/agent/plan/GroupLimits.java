package io.gantry.agent.plan;

import io.gantry.contracts.spec.DeviceRate;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.unit.Bytes;
import io.gantry.kernel.cgroup.Limits;
import java.util.Map;

/** What is asked of a container's control groups. */
public final class GroupLimits {
    private GroupLimits() {}

    /** @param deviceNumbers for each device that is named, {@code 253:0} */
    public static Limits of(Resources asked, Map<String, String> deviceNumbers) {
        return new Limits(
                asked.cpu(),
                asked.cpuWeight(),
                asked.cpuset(),
                asked.memoryNodes(),
                asked.memory(),
                asked.memoryReservation(),
                asked.swap().compareTo(Resources.ALL_SWAP) >= 0 ? null : asked.swap(),
                asked.oomGroup(),
                asked.pids(),
                asked.ioWeight(),
                asked.devices().stream().map(device -> device(device, deviceNumbers)).toList(),
                asked.hugePages());
    }

    private static Limits.DeviceLimit device(DeviceRate rate, Map<String, String> numbers) {
        return new Limits.DeviceLimit(
                rate.device(), numbers.get(rate.device()), bytes(rate.readBytes()), bytes(rate.writeBytes()), rate.readOperations(), rate.writeOperations());
    }

    private static Long bytes(Bytes perSecond) {
        return perSecond == null ? null : perSecond.value();
    }
}
