package io.gantry.agent.runtime;

import io.gantry.contracts.spec.ContainerSpec;
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
 * @param namespaces of the host: {@code network}, {@code pid}, {@code ipc}, {@code uts}
 * @param privileged all that a container's own user namespace can be given
 * @param debugging whoever looks into a container may have all capabilities in its user namespace
 */
public record Grants(Set<Capability> capabilities, boolean unconfined, Set<String> devices, Set<String> namespaces, boolean privileged, boolean debugging) {
    public static final Grants NONE = new Grants(Set.of(), false, Set.of());

    /**
     * Capabilities that lead further even in a user namespace of one's own: with SYS_ADMIN a procfs is mounted without the masks. The others
     * there count for the container's own things only, or for nothing.
     */
    static final Set<Capability> DANGEROUS = Set.of(Capability.SYS_ADMIN);

    private static final int EPERM = 1;
    private static final String UNCONFINED = "seccomp:unconfined";
    private static final String PRIVILEGED = "privileged";
    private static final String NAMESPACE = "namespace:";
    private static final Set<String> NAMESPACES = Set.of("network", "pid", "ipc", "uts");
    private static final String DEBUGGING = "debug:privileged";

    public Grants {
        capabilities = Set.copyOf(capabilities);
        devices = Set.copyOf(new TreeSet<>(devices));
        namespaces = Set.copyOf(namespaces);
    }

    /** No namespaces of the host, and nobody privileged. */
    public Grants(Set<Capability> capabilities, boolean unconfined, Set<String> devices) {
        this(capabilities, unconfined, devices, Set.of(), false, false);
    }

    /** Reads {@code capability:SYS_ADMIN}, {@code seccomp:unconfined}, {@code device:/dev/net/tun}, {@code namespace:network}, {@code privileged}, {@code debug:privileged}. */
    public static Grants parse(List<String> texts) {
        Set<Capability> capabilities = EnumSet.noneOf(Capability.class);
        Set<String> devices = new TreeSet<>();
        Set<String> namespaces = new TreeSet<>();
        boolean unconfined = false;
        boolean privileged = false;
        boolean debugging = false;
        for (String text : texts) {
            String value = text.substring(text.indexOf(':') + 1);
            if (text.startsWith("capability:")) {
                capabilities.add(Capability.parse(value).orElseThrow(() -> wrong(text)));
            } else if (text.startsWith("device:/dev/")) {
                devices.add(new Security.Device(value, null, null).path());
            } else if (text.startsWith(NAMESPACE) && NAMESPACES.contains(value)) {
                namespaces.add(value);
            } else if (text.equals(UNCONFINED)) {
                unconfined = true;
            } else if (text.equals(PRIVILEGED)) {
                privileged = true;
            } else if (text.equals(DEBUGGING)) {
                debugging = true;
            } else {
                throw wrong(text);
            }
        }
        return new Grants(capabilities, unconfined, devices, namespaces, privileged, debugging);
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException(
                "--allow is capability:SYS_ADMIN, seccomp:unconfined, device:/dev/net/tun, namespace:network (or pid, ipc, uts), privileged or debug:privileged, got '" + text + "'");
    }

    /** As {@link #parse} reads them; empty if there are none. */
    public List<String> texts() {
        List<String> texts = new ArrayList<>();
        capabilities.stream().sorted().forEach(one -> texts.add("capability:" + one));
        devices.stream().sorted().forEach(one -> texts.add("device:" + one));
        namespaces.stream().sorted().forEach(one -> texts.add(NAMESPACE + one));
        if (unconfined) {
            texts.add(UNCONFINED);
        }
        if (privileged) {
            texts.add(PRIVILEGED);
        }
        if (debugging) {
            texts.add(DEBUGGING);
        }
        return texts;
    }

    private static List<String> hosts(ContainerSpec spec) {
        List<String> asked = new ArrayList<>();
        if (spec.hostNetwork()) {
            asked.add("network");
        }
        if (spec.namespaces().hostPid()) {
            asked.add("pid");
        }
        if (spec.namespaces().hostIpc()) {
            asked.add("ipc");
        }
        if (spec.namespaces().hostUts()) {
            asked.add("uts");
        }
        return asked;
    }

    /** Why a container that asks for this may not run here; empty if it may. */
    public Optional<Observed.Failure> refusal(ContainerSpec spec) {
        Security asked = spec.security();
        List<String> missing = new ArrayList<>();
        if (asked.privileged()) {
            // it is more than the two below, and each of them alone is not it
            if (!privileged) {
                missing.add(PRIVILEGED);
            }
        } else {
            asked.capabilities(CapabilitySets.DEFAULT).stream()
                    .filter(one -> DANGEROUS.contains(one) && !capabilities.contains(one))
                    .forEach(one -> missing.add("capability:" + one));
            if (asked.unconfined() && !unconfined) {
                missing.add(UNCONFINED);
            }
        }
        hosts(spec).stream().filter(one -> !namespaces.contains(one)).forEach(one -> missing.add(NAMESPACE + one));
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
                "leave it out, or start the node's agent with " + String.join(" ", missing.stream().map(one -> "--allow " + one).toList()) + " (GANTRY_ALLOW of ./gantry up)"));
    }
}
