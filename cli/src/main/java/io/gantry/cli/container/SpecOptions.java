package io.gantry.cli.container;

import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.PortPublish;
import io.gantry.contracts.spec.Probe;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.spec.RestartPolicy;
import io.gantry.contracts.spec.StopPolicy;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.unit.MilliCpu;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What {@code run}, {@code create} and {@code deploy} say about a container. */
public final class SpecOptions {
    @Option(names = {"-p", "--publish"}, description = "[[address:]host port:]container port[/udp]")
    private List<String> ports = List.of();

    @Option(names = {"-e", "--env"}, description = "NAME=VALUE, or NAME alone to pass this shell's value on")
    private List<String> env = List.of();

    @Option(names = {"-m", "--memory"}, description = "at most this much memory: 64m, 1.5g")
    private String memory;

    @Option(names = "--cpus", description = "at most this much processor time: 0.25, 2")
    private String cpus;

    @Option(names = "--cpuset-cpus", description = "cores it may run on: 0-1,3")
    private String cpuset;

    @Option(names = "--pids-limit", description = "at most this many processes and threads")
    private Integer pids;

    @Option(names = "--network", description = "the network's name; none for loopback only")
    private String network;

    @Option(names = "--network-alias", description = "a further DNS name on the network")
    private List<String> aliases = List.of();

    @Option(names = {"-w", "--workdir"}, description = "working folder inside")
    private String workingDir;

    @Option(names = {"-u", "--user"}, description = "name or uid, optionally :group or :gid")
    private String user;

    @Option(names = {"-h", "--hostname"}, description = "the container's own host name")
    private String hostname;

    @Option(names = {"-l", "--label"}, description = "NAME=VALUE")
    private List<String> labels = List.of();

    @Option(names = "--entrypoint", description = "replaces the image's entry point; empty removes it")
    private String entrypoint;

    @Option(names = "--read-only", description = "mount the root file system read-only")
    private boolean readOnly;

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

    @Option(names = "--node", description = "place it on this node only")
    private String node;

    @Mixin
    private SecurityOptions security = new SecurityOptions();

    public ContainerSpec spec(String image, List<String> command, boolean tty, boolean stdin) {
        return ContainerSpec.from(ImageRef.parse(image))
                .entrypoint(entrypoint == null ? null : entrypoint.isEmpty() ? List.of() : List.of(entrypoint))
                .command(command == null || command.isEmpty() ? null : command)
                .env(pairs("-e", env, true))
                .workingDir(workingDir)
                .user(user)
                .hostname(hostname)
                .tty(tty)
                .stdin(stdin)
                .readOnlyRoot(readOnly)
                .resources(resources())
                .network(network)
                .aliases(aliases)
                .ports(publishedPorts())
                .labels(pairs("-l", labels, false))
                .stop(new StopPolicy(stopSignal, stopSeconds == null ? null : Duration.ofSeconds(stopSeconds)))
                .restart(restartPolicy())
                .readiness(probe())
                .nodeName(node)
                .security(security.security())
                .build();
    }

    private Resources resources() {
        return new Resources(
                cpus == null ? null : MilliCpu.parse(cpus), null, cpuset, memory == null ? null : Bytes.parse(memory), pids);
    }

    private List<PortPublish> publishedPorts() {
        List<PortPublish> published = new ArrayList<>();
        ports.forEach(port -> published.add(PublishedPort.parse(port)));
        return published;
    }

    private RestartPolicy restartPolicy() {
        if (restart == null || restart.equals("no")) {
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

    private static Map<String, String> pairs(String option, List<String> texts, boolean fromShell) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String text : texts) {
            int equals = text.indexOf('=');
            if (equals > 0) {
                pairs.put(text.substring(0, equals), text.substring(equals + 1));
            } else if (equals == 0) {
                throw new IllegalArgumentException(option + " " + text + " has no name");
            } else if (!fromShell) {
                pairs.put(text, "");
            } else if (System.getenv(text) != null) {
                pairs.put(text, System.getenv(text));
            }
        }
        return pairs;
    }
}
