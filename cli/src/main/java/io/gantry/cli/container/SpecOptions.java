package io.gantry.cli.container;

import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.LogPolicy;
import io.gantry.contracts.spec.Mount;
import io.gantry.contracts.spec.Namespaces;
import io.gantry.contracts.spec.NodeConstraint;
import io.gantry.contracts.spec.Probe;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.spec.RestartPolicy;
import io.gantry.contracts.spec.Rlimit;
import io.gantry.contracts.spec.StopPolicy;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.ImageRef;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What {@code run}, {@code create} and {@code deploy} say about a container. */
public final class SpecOptions {
    @Option(names = {"-p", "--publish"}, description = "[[address:]host port:]container port[/udp]; 8000-8010:80 for a free one of those, 7000-7002:80-82 for each")
    private List<String> ports = List.of();

    @Option(names = {"-P", "--publish-all"}, description = "publish each port that the image exposes, at any free port")
    private boolean publishAll;

    @Option(names = {"-e", "--env"}, description = "NAME=VALUE, or NAME alone to pass this shell's value on")
    private List<String> env = List.of();

    @Option(names = "--env-file", paramLabel = "FILE", description = "the same by lines of a file; those that begin with # are passed over, and -e goes before")
    private List<Path> envFiles = List.of();

    @Mixin
    private LimitOptions limits = new LimitOptions();

    @Option(names = "--oom-group", description = "out of memory ends all of it, not one process (cgroup v2)")
    private boolean oomGroup;

    @Option(names = "--shm-size", description = "size of /dev/shm; half of the memory by default, at least 64m")
    private String shm;

    @Option(names = "--exclusive-cores", paramLabel = "N", description = "so many cores that no other container of its node runs on")
    private Integer exclusiveCores;

    @Option(names = "--disk", paramLabel = "SIZE", description = "at most so much in its writable layer: 1g; what the node's disk has by default")
    private String disk;

    @Option(names = "--ulimit", paramLabel = "NAME=SOFT[:HARD]", description = "a limit of each process: nofile=1024:4096; -1 for none")
    private List<String> ulimits = List.of();

    @Mixin
    private NetworkOptions networks = new NetworkOptions();

    @Option(names = "--ipc", paramLabel = "container:NAME", description = "shared memory and queues of that container instead of its own; host if the node grants it")
    private String ipc;

    @Option(names = "--pid", paramLabel = "container:NAME", description = "see and signal that container's processes; ends with its first; host if the node grants it")
    private String pid;

    @Option(names = "--uts", paramLabel = "host", description = "the node's host name, if it grants that")
    private String uts;

    @Option(names = {"-w", "--workdir"}, description = "working folder inside")
    private String workingDir;

    @Option(names = {"-u", "--user"}, description = "name or uid, optionally :group or :gid")
    private String user;

    @Option(names = "--group-add", paramLabel = "GROUP", description = "a further group of its user, by the image's name for it or a number")
    private List<String> groups = List.of();

    @Option(names = {"-h", "--hostname"}, description = "the container's own host name")
    private String hostname;

    @Option(names = "--domainname", description = "of its host name, such as example.org")
    private String domainname;

    @Option(names = {"-l", "--label"}, description = "NAME=VALUE")
    private List<String> labels = List.of();

    @Option(names = "--entrypoint", description = "replaces the image's entry point; empty removes it")
    private String entrypoint;

    @Option(names = "--no-init", description = "its command is process 1 itself, without an init that reaps orphans and passes signals on")
    private boolean noInit;

    @Option(names = "--read-only", description = "mount the root file system read-only")
    private boolean readOnly;

    @Option(names = "--restart-delay", description = "least[,most[,multiplier[,reset after]]] of waiting before a restart: 100ms,60s,2,10s")
    private String restartDelay;

    @Option(names = "--restart", description = "no, on-failure[:retries] or always")
    private String restart;

    @Option(names = "--stop-signal", description = "asks it to end; the image's by default")
    private String stopSignal;

    @Option(names = "--stop-timeout", description = "seconds between that and SIGKILL; 10 by default")
    private Integer stopSeconds;

    @Option(names = "--ready-http", description = "port/path that answers 200 to 399 once it may get traffic: 80/health")
    private String readyHttp;

    @Option(names = "--ready-tcp", description = "port that accepts connections once it may get traffic")
    private Integer readyTcp;

    @Option(names = "--log-max-size", description = "rotate its log before it grows above this: 10m")
    private String logSize;

    @Option(names = "--log-max-files", description = "keep so many log files")
    private Integer logFiles;

    @Mixin private HealthOptions health;

    @Option(names = "--node", description = "place it on this node only")
    private String node;

    @Option(names = "--constraint", paramLabel = "KEY==VALUE", description = "only a node that is so, or !=VALUE: node.labels.LABEL, node.name, node.id, node.architecture")
    private List<String> constraints = List.of();

    @Option(names = "--runtime", description = "the runtime class: by what its node makes it; namespaces by default")
    private String runtime;

    @Option(names = {"-v", "--volume"}, description = "name:/path[:ro], made if it isn't there; /path alone for one of its own; /host/folder:/path if the node grants it")
    private List<String> volumes = List.of();

    @Option(names = "--volumes-from", paramLabel = "CONTAINER[:ro]", description = "the volumes and host folders that a container has, at the same places")
    private List<String> volumesFrom = List.of();

    @Option(names = "--secret", description = "NAME, or source=NAME,target=/etc/db,mode=0440,uid=33,gid=33,signal=HUP,env=DB; at /run/secrets/NAME by default")
    private List<String> secrets = List.of();

    @Option(names = "--config", description = "likewise a config; at /run/configs/NAME by default")
    private List<String> configs = List.of();

    @Option(names = "--mount", description = "type=volume,source=data,target=/data, or type=tmpfs,target=/run")
    private List<String> mounts = List.of();

    @Option(names = "--tmpfs", description = "memory for files: /run[:size=64m,mode=1777,exec,ro]")
    private List<String> tmpfs = List.of();

    @Mixin
    private SecurityOptions security = new SecurityOptions();

    /** @param shell the variables that {@code -e NAME} takes its value from */
    public ContainerSpec spec(Map<String, String> shell, String image, List<String> command, boolean tty, boolean stdin) {
        return networks.onto(ContainerSpec.from(ImageRef.parse(image)))
                .entrypoint(entrypoint == null ? null : entrypoint.isEmpty() ? List.of() : List.of(entrypoint))
                .command(command == null || command.isEmpty() ? null : command)
                .env(environment(shell))
                .workingDir(workingDir)
                .user(user)
                .hostname(hostname)
                .domainname(domainname)
                .tty(tty)
                .stdin(stdin)
                .init(!noInit)
                .readOnlyRoot(readOnly)
                .resources(resources())
                .ports(ports.stream().flatMap(text -> PublishedPort.parse(text).stream()).toList())
                .publishAll(publishAll)
                .groups(groups)
                .volumesFrom(volumesFrom)
                .labels(pairs("-l", labels, null))
                .stop(new StopPolicy(stopSignal, stopSeconds == null ? null : Duration.ofSeconds(stopSeconds)))
                .restart(restartPolicy())
                .readiness(probe())
                .nodeName(node)
                .constraints(constraints.stream().map(NodeConstraint::parse).toList())
                .health(health.check())
                .log(new LogPolicy(logSize == null ? null : Bytes.parse(logSize), logFiles))
                .mounts(mounts())
                .security(security.security())
                .namespaces(new Namespaces(ipc, pid, uts))
                .runtime(runtime)
                .build();
    }

    private Map<String, String> environment(Map<String, String> shell) {
        Map<String, String> all = new LinkedHashMap<>();
        for (Path file : envFiles) {
            all.putAll(pairs("--env-file " + file + ":", lines(file), shell));
        }
        all.putAll(pairs("-e", env, shell));
        return all;
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream().map(String::stripLeading).filter(line -> !line.isEmpty() && !line.startsWith("#")).toList();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("--env-file " + file + " is no text in UTF-8");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Resources resources() {
        return limits.onto(Resources.DEFAULT).but().oomGroup(oomGroup).shm(shm == null ? null : Bytes.parse(shm)).disk(disk == null ? null : Bytes.parse(disk)).exclusiveCores(exclusiveCores).rlimits(rlimits()).build();
    }

    private Map<String, Rlimit> rlimits() {
        Map<String, Rlimit> all = new LinkedHashMap<>();
        for (String text : ulimits) {
            if (!text.matches("[a-z]+=-?\\d{1,18}(:-?\\d{1,18})?")) {
                throw new IllegalArgumentException("--ulimit " + text + " is not NAME=SOFT[:HARD]; write for example nofile=1024:4096");
            }
            String[] ends = text.substring(text.indexOf('=') + 1).split(":");
            all.put(text.substring(0, text.indexOf('=')), new Rlimit(Long.parseLong(ends[0]), Long.parseLong(ends[ends.length - 1])));
        }
        return all;
    }

    private RestartPolicy restartPolicy() {
        RestartPolicy policy = restart == null ? RestartPolicy.NO : restartPolicy(restart);
        return restartDelay == null ? policy : new RestartPolicy(policy.mode(), policy.maxRetries(), backOff());
    }

    private RestartPolicy.BackOff backOff() {
        String[] parts = restartDelay.split(",", -1);
        if (parts.length > 4 || parts.length > 2 && !parts[2].matches("\\d{1,2}(\\.\\d{1,3})?")) {
            throw new IllegalArgumentException("--restart-delay " + restartDelay + " is not least[,most[,multiplier[,reset after]]]");
        }
        return new RestartPolicy.BackOff(
                DurationText.parse("--restart-delay", parts[0]),
                parts.length > 1 ? DurationText.parse("--restart-delay", parts[1]) : null,
                parts.length > 2 ? Double.valueOf(parts[2]) : null,
                parts.length > 3 ? DurationText.parse("--restart-delay", parts[3]) : null);
    }

    /** @param restart as Docker writes it, {@code on-failure:3} */
    static RestartPolicy restartPolicy(String restart) {
        if (restart.equals("no")) {
            return RestartPolicy.NO;
        }
        if (restart.equals("always") || restart.equals("unless-stopped")) {
            return RestartPolicy.ALWAYS;
        }
        if (restart.matches("on-failure(:\\d+)?")) {
            int colon = restart.indexOf(':');
            return new RestartPolicy(
                    RestartPolicy.Mode.ON_FAILURE, colon < 0 ? 0 : Integer.parseInt(restart.substring(colon + 1)));
        }
        throw new IllegalArgumentException("--restart " + restart + " is none of no, on-failure[:retries], always");
    }

    private List<Mount> mounts() {
        List<Mount> all = new ArrayList<>();
        volumes.forEach(text -> all.add(MountText.volume(text)));
        mounts.forEach(text -> all.add(MountText.mount(text)));
        tmpfs.forEach(text -> all.add(MountText.tmpfs(text)));
        secrets.forEach(text -> all.add(MountText.secret(text)));
        configs.forEach(text -> all.add(MountText.config(text)));
        return all;
    }

    private Probe probe() {
        if (readyHttp == null) {
            return readyTcp == null ? null : Probe.tcp(readyTcp);
        }
        int slash = readyHttp.indexOf('/');
        String port = slash < 0 ? readyHttp : readyHttp.substring(0, slash);
        if (!port.matches("\\d{1,5}")) {
            throw new IllegalArgumentException("--ready-http " + readyHttp + " is not port/path; write for example 80/health");
        }
        return Probe.http(Integer.parseInt(port), slash < 0 ? "/" : readyHttp.substring(slash));
    }

    /** @param shell gives the values of bare names; {@code null}: those are empty */
    private static Map<String, String> pairs(String option, List<String> texts, Map<String, String> shell) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String text : texts) {
            int equals = text.indexOf('=');
            if (equals > 0) {
                pairs.put(text.substring(0, equals), text.substring(equals + 1));
            } else if (equals == 0) {
                throw new IllegalArgumentException(option + " " + text + " has no name");
            } else if (shell == null) {
                pairs.put(text, "");
            } else if (shell.containsKey(text)) {
                pairs.put(text, shell.get(text));
            }
        }
        return pairs;
    }
}
