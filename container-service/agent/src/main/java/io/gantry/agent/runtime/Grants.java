package io.gantry.agent.runtime;

import io.gantry.contracts.spec.Security;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.unit.Capability;
import io.gantry.kernel.capabilities.CapabilitySets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What containers of this node may ask for that takes a part of their isolation away. Nothing, unless whoever runs the node says so.
 *
 * @param capabilities of those that need it, see {@link #DANGEROUS}
 * @param unconfined no filter of system calls
 * @param devices paths of character devices
 * @param debugging whoever looks into a container may have all capabilities in its user namespace
 */
public record Grants(Set<Capability> capabilities, boolean unconfined, Set<String> devices, boolean debugging) {
    public static final Grants NONE = new Grants(Set.of(), false, Set.of());

    public Grants(Set<Capability> capabilities, boolean unconfined, Set<String> devices) {
        this(capabilities, unconfined, devices, false);
    }

    /**
     * Capabilities that lead further even in a user namespace of one's own: with SYS_ADMIN a procfs is mounted without the masks. The others
     * there count for the container's own things only, or for nothing.
     */
    static final Set<Capability> DANGEROUS = Set.of(Capability.SYS_ADMIN);

    private static final int EPERM = 1;
    private static final String UNCONFINED = "seccomp:unconfined";
    private static final String DEBUGGING = "debug:privileged";

    public Grants {
        capabilities = Set.copyOf(capabilities);
        devices = Set.copyOf(new TreeSet<>(devices));
    }

    /** Reads {@code capability:SYS_ADMIN}, {@code seccomp:unconfined}, {@code device:/dev/net/tun}, {@code debug:privileged}. */
    public static Grants parse(List<String> texts) {
        Set<Capability> capabilities = EnumSet.noneOf(Capability.class);
        Set<String> devices = new TreeSet<>();
        boolean unconfined = false;
        boolean debugging = false;
        for (String text : texts) {
            String value = text.substring(text.indexOf(':') + 1);
            if (text.startsWith("capability:")) {
                capabilities.add(Capability.parse(value).orElseThrow(() -> wrong(text)));
            } else if (text.startsWith("device:/dev/")) {
                devices.add(new Security.Device(value, null, null).path());
            } else if (text.equals(UNCONFINED)) {
                unconfined = true;
            } else if (text.equals(DEBUGGING)) {
                debugging = true;
            } else {
                throw wrong(text);
            }
        }
        return new Grants(capabilities, unconfined, devices, debugging);
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException(
                "--allow is capability:SYS_ADMIN, seccomp:unconfined, device:/dev/net/tun or debug:privileged, got '" + text + "'");
    }

    /** As {@link #parse} reads them; empty if there are none. */
    public List<String> texts() {
        List<String> texts = new ArrayList<>();
        capabilities.stream().sorted().forEach(one -> texts.add("capability:" + one));
        devices.stream().sorted().forEach(one -> texts.add("device:" + one));
        if (unconfined) {
            texts.add(UNCONFINED);
        }
        if (debugging) {
            texts.add(DEBUGGING);
        }
        return texts;
    }

    /** Why a container that asks for this may not run here; empty if it may. */
    public Optional<Observed.Failure> refusal(Security asked) {
        List<String> missing = new ArrayList<>();
        asked.capabilities(CapabilitySets.DEFAULT).stream()
                .filter(one -> DANGEROUS.contains(one) && !capabilities.contains(one))
                .forEach(one -> missing.add("capability:" + one));
        if (asked.unconfined() && !unconfined) {
            missing.add(UNCONFINED);
        }
        asked.devices().stream().map(Security.Device::path).filter(path -> !devices.contains(path)).forEach(path -> missing.add("device:" + path));
        return refusal("containers", missing);
    }

    /** Why nobody may look into a container with all capabilities here; empty if one may. */
    public Optional<Observed.Failure> refusalOfPrivilegedDebugging() {
        return refusal("those who look into one", debugging ? List.of() : List.of(DEBUGGING));
    }

    private static Optional<Observed.Failure> refusal(String whom, List<String> missing) {
        if (missing.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Observed.Failure(
                "grant", EPERM, "this node doesn't grant " + whom + " " + String.join(", ", missing),
                "leave it out, or start the node's agent with " + String.join(" ", missing.stream().map(one -> "--allow " + one).toList())));
    }
}
