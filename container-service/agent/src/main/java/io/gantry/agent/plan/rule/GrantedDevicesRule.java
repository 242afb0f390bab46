package io.gantry.agent.plan.rule;

import io.gantry.agent.plan.HostDevice;
import io.gantry.agent.plan.HostStep.SetLimit;
import io.gantry.agent.plan.PlanDraft;
import io.gantry.agent.plan.PlanInput;
import io.gantry.agent.plan.TreeStep.AddDevice;
import io.gantry.contracts.spec.Security;
import io.gantry.kernel.cgroup.CgroupHierarchy;
import java.util.Optional;

/**
 * The host's devices that this node grants: those the container asks for come into its {@code /dev}, all others are closed to its
 * group, which began as a copy of the node's. An image could bring a node of its own for them.
 */
public final class GrantedDevicesRule implements Rule {
    private static final String ALL = "rwm";

    @Override
    public PlanDraft apply(PlanDraft draft, PlanInput input) {
        for (HostDevice device : input.granted().devices()) {
            Optional<Security.Device> asked = asked(input.spec().security(), device);
            String closed = asked.map(one -> ALL.replaceAll("[" + one.access() + "]", "")).orElse(ALL);
            if (!closed.isEmpty()) {
                draft = draft.with(new SetLimit(group(input), new CgroupHierarchy.Setting("devices.deny", device.rule(closed), device.path() + " as far as it isn't asked for")));
            }
            if (asked.isPresent()) {
                draft = draft.with(new AddDevice(device, asked.get().name(), input.slot().range().first(), DevicesRule.DEVICES));
            }
        }
        return draft;
    }

    /** A privileged one has them all. */
    private static Optional<Security.Device> asked(Security security, HostDevice device) {
        return security.devices().stream()
                .filter(one -> one.path().equals(device.path()))
                .findFirst()
                .or(() -> security.privileged() ? Optional.of(new Security.Device(device.path(), null, null)) : Optional.empty());
    }

    private static String group(PlanInput input) {
        return input.groups().stream().filter(one -> one.controller().equals("devices")).map(CgroupHierarchy.Group::path).findFirst().orElseThrow();
    }
}
