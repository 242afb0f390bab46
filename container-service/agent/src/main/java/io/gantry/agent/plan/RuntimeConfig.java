package io.gantry.agent.plan;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.unit.Capability;
import io.gantry.kernel.namespaces.IdRange;
import io.gantry.kernel.process.ResourceLimit;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What another runtime is told to make: a bundle's {@code config.json} (opencontainers/runtime-spec, config.md and config-linux.md). It has no
 * {@code resources}: the groups, with their limits, are there, and the runtime begins in them.
 *
 * @param user of the command
 * @param domainname empty for none
 * @param range whose users the container has
 */
public record RuntimeConfig(Command command, Identity user, Rights rights, Root root, String hostname, String domainname, IdRange range, Map<String, String> sysctls) {
    /** The program that is process 1 in the container, or becomes the command. */
    public static final String INSIDE = "/dev/gantry-init";

    private static final String VERSION = "1.0.2";
    private static final List<String> NAMESPACES = List.of("user", "mount", "pid", "network", "ipc", "uts", "cgroup");
    private static final BigInteger UNLIMITED = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

    /** crun(1): instructions as the kernel takes them. By {@code linux.seccomp} they would be another compiler's. */
    private static final String FILTER = "run.oci.seccomp_bpf_data";

    /**
     * @param stays whether process 1 remains beside it
     * @param terminal empty for pipes
     */
    public record Command(List<String> arguments, Map<String, String> environment, String folder, boolean stays, Optional<CommandStep.OpenTerminal> terminal) {}

    /**
     * @param oomScore 0 for as it is
     * @param filter none for no filter
     */
    public record Rights(Set<Capability> capabilities, boolean noNewPrivileges, byte[] filter, List<SettingStep.Limit> limits, int oomScore) {}

    /**
     * @param passed what is mounted on the host below one of the mounts appears there
     * @param links laid once all is mounted
     */
    public record Root(String path, boolean readOnly, boolean passed, List<Placed> mounts, List<String> masked, List<String> readOnlyPaths, List<FileSystemStep.Link> links) {}

    /** @param type {@code bind} for what is somewhere already */
    public record Placed(String destination, String type, String source, List<String> options) {}

    RuntimeConfig as(Identity found) {
        return new RuntimeConfig(command, found, rights, root, hostname, domainname, range, sysctls);
    }

    public String json() {
        List<String> arguments = new ArrayList<>(List.of(INSIDE, "inside", command.stays() ? "stay" : "become"));
        arguments.addAll(command.arguments());
        Map<String, Object> all = json(arguments, command.terminal(), root.mounts());
        if (!root.links().isEmpty()) {
            all.put("hooks", Map.of("createRuntime", List.of(links())));
        }
        return Json.write(all);
    }

    /** Without anything of ours in it: the command itself is process 1, and its output goes where the runtime's does. */
    public String jsonByHand() {
        return Json.write(json(command.arguments(), Optional.empty(), root.mounts().stream().filter(mount -> !mount.destination().equals(INSIDE)).toList()));
    }

    /** Only when all is mounted it is known where a path leads, and then the root may be read-only soon: this is the one moment between. */
    private Map<String, Object> links() {
        List<String> arguments = new ArrayList<>(List.of(MakerStep.LayProgram.PATH, "inside", "links", root.path()));
        root.links().forEach(link -> arguments.addAll(List.of(link.target(), link.path())));
        return ordered("path", MakerStep.LayProgram.PATH, "args", arguments);
    }

    private Map<String, Object> json(List<String> arguments, Optional<CommandStep.OpenTerminal> terminal, List<Placed> mounts) {
        Map<String, Object> all = ordered(
                "ociVersion", VERSION,
                "process", process(arguments, terminal),
                "root", ordered("path", root.path(), "readonly", root.readOnly()),
                "hostname", hostname,
                "mounts", mounts,
                "linux", linux());
        if (!domainname.isEmpty()) {
            all.put("domainname", domainname);
        }
        if (rights.filter().length > 0) {
            all.put("annotations", Map.of(FILTER, Base64.getEncoder().encodeToString(rights.filter())));
        }
        return all;
    }

    private Map<String, Object> process(List<String> arguments, Optional<CommandStep.OpenTerminal> terminal) {
        Map<String, String> environment = new TreeMap<>(command.environment());
        environment.putIfAbsent("HOME", user.home());
        List<String> held = rights.capabilities().stream().sorted().map(one -> "CAP_" + one.name()).toList();
        Map<String, Object> process = ordered(
                "terminal", terminal.isPresent(),
                "user", ordered("uid", user.uid(), "gid", user.gid(), "additionalGids", user.groups()),
                "args", arguments,
                "env", environment.entrySet().stream().map(each -> each.getKey() + "=" + each.getValue()).toList(),
                "cwd", command.folder(),
                "capabilities", ordered("bounding", held, "effective", held, "permitted", held),
                "rlimits", rights.limits().stream().map(RuntimeConfig::limit).toList(),
                "noNewPrivileges", rights.noNewPrivileges());
        terminal.flatMap(CommandStep.OpenTerminal::size).ifPresent(size -> process.put("consoleSize", ordered("height", size.rows(), "width", size.columns())));
        if (rights.oomScore() != 0) {
            process.put("oomScoreAdj", rights.oomScore());
        }
        return process;
    }

    private static Map<String, Object> limit(SettingStep.Limit limit) {
        return ordered("type", "RLIMIT_" + limit.resource(), "soft", number(limit.soft()), "hard", number(limit.hard()));
    }

    private static BigInteger number(long limit) {
        return limit == ResourceLimit.UNLIMITED ? UNLIMITED : BigInteger.valueOf(limit);
    }

    private Map<String, Object> linux() {
        List<Object> ids = List.of(ordered("containerID", 0, "hostID", range.first(), "size", IdRange.SIZE));
        return ordered(
                "rootfsPropagation", root.passed() ? "rslave" : "rprivate",
                "namespaces", NAMESPACES.stream().map(type -> Map.of("type", type)).toList(),
                "uidMappings", ids,
                "gidMappings", ids,
                "sysctl", new TreeMap<>(sysctls),
                "maskedPaths", root.masked(),
                "readonlyPaths", root.readOnlyPaths());
    }

    private static Map<String, Object> ordered(Object... pairs) {
        Map<String, Object> all = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            all.put((String) pairs[i], pairs[i + 1]);
        }
        return all;
    }
}
