package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Namespaces;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.spec.RestartPolicy;
import io.gantry.contracts.spec.StopPolicy;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.view.ContainerRequest;
import io.gantry.contracts.view.ContainerView;
import io.gantry.contracts.view.VolumeRequest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The body of {@code POST /containers/create} as our request. What we can't do yet is refused by name, never ignored.
 *
 * @param volumes that are to be made before, with labels
 */
public record CreateBody(ContainerRequest request, List<VolumeRequest> volumes) {
    /** What is to be resolved first; empty when absent. */
    public static String image(JsonNode json) {
        return Fields.of(json, KnownFields.CREATE).text("Image");
    }

    /**
     * @param image resolved already
     * @param minor version of the API
     * @param ids of networks, which may be meant by them
     * @param others all containers, where {@link Links#any} says that they are needed
     * @throws DockerRefusal for what is wrong or not supported
     */
    public static CreateBody read(JsonNode json, ImageRef image, String name, int minor, NetworkIds ids, Set<String> sockets, List<ContainerView> others) {
        Map<String, Map<String, String>> labelled = new LinkedHashMap<>();
        Fields body = Fields.of(json, KnownFields.CREATE).harmless("Image", "AttachStdin", "AttachStdout", "AttachStderr", "OnBuild", "Shell", "ArgsEscaped");
        Fields host = body.in("HostConfig");
        HostFields.check(host);
        RestartPolicy restart = restart(host.in("RestartPolicy"));
        Networking networking = Networking.read(body, host, minor, ids);
        ContainerSpec spec =
                networking.onto(ContainerSpec.from(image))
                        .entrypoint(entrypoint(body))
                        .command(body.words("Cmd"))
                        .env(Environment.read(body))
                        .workingDir(body.textOrNull("WorkingDir"))
                        .user(body.textOrNull("User"))
                        .hostname(body.textOrNull("Hostname"))
                        .domainname(body.textOrNull("Domainname"))
                        .tty(body.flag("Tty"))
                        .stdin(body.flag("OpenStdin"))
                        .init(host.flagOrNull("Init"))
                        .readOnlyRoot(host.flag("ReadonlyRootfs"))
                        .resources(Limits.fixed(host, Limits.read(host, Resources.DEFAULT)))
                        .extraHosts(Stream.concat(Naming.hosts(host).stream(), Links.hosts(networking.links(), networking.networks(), others).stream()).toList())
                        .dns(Naming.dns(host))
                        .ports(Ports.read(host.in("PortBindings"), body.in("ExposedPorts"), host.flag("PublishAllPorts")))
                        .publishAll(host.flag("PublishAllPorts"))
                        .groups(host.texts("GroupAdd"))
                        .volumesFrom(host.texts("VolumesFrom"))
                        .labels(labels(body, image))
                        .autoRemove(autoRemove(host, restart))
                        .stop(stop(body))
                        .restart(restart)
                        .log(Logs.read(host.in("LogConfig")))
                        .health(HealthForm.read(body.in("Healthcheck")))
                        .mounts(Mounts.read(body, host, sockets, labelled))
                        .security(SecurityFields.read(host))
                        .namespaces(new Namespaces(shared(host, "IpcMode"), shared(host, "PidMode"), shared(host, "UTSMode")))
                        .runtime(runtime(host))
                        .build();
        body.refuseTheRest();
        return new CreateBody(new ContainerRequest(name, spec, false), labelled.entrySet().stream().map(one -> new VolumeRequest(one.getKey(), one.getValue(), null)).toList());
    }

    /** As nodes call it; clients of Docker name none, or what the answer to {@code GET /info} lists. */
    private static String runtime(Fields host) {
        String name = host.text("Runtime");
        return name.isEmpty() ? null : name;
    }

    private static boolean autoRemove(Fields host, RestartPolicy restart) {
        boolean asked = host.flag("AutoRemove");
        if (asked && restart.mode() != RestartPolicy.Mode.NO) {
            throw new DockerRefusal(400, "can't create 'AutoRemove' container with restart policy");
        }
        return asked;
    }

    private static Map<String, String> labels(Fields body, ImageRef image) {
        Map<String, String> labels = body.named("Labels");
        String said = body.text("Image");
        if (!said.isEmpty() && !said.equals(image.toString())) {
            labels.put(DockerNames.IMAGE, said);
        }
        if (body.flag("StdinOnce")) {
            labels.put(DockerNames.STDIN_ONCE, "true");
        }
        return labels;
    }

    /** Another container's namespace, or the host's; {@code null} for its own. Docker's shareable is what all are here. */
    private static String shared(Fields host, String name) {
        String mode = host.text(name);
        if (mode.startsWith(Namespaces.CONTAINER) && !name.equals("UTSMode") || mode.equals(Namespaces.HOST)) {
            return mode;
        }
        if (mode.isEmpty() || name.equals("IpcMode") && (mode.equals("private") || mode.equals("shareable"))) {
            return null;
        }
        throw host.unsupported(name, mode);
    }

    /** Docker's -1 waits for ever. */
    private static StopPolicy stop(Fields body) {
        Long seconds = body.wholeOrNull("StopTimeout", -1, Integer.MAX_VALUE);
        return new StopPolicy(body.textOrNull("StopSignal"), seconds == null ? null : Duration.ofSeconds(seconds < 0 ? Integer.MAX_VALUE : seconds));
    }

    static RestartPolicy restart(Fields policy) {
        String mode = policy.text("Name");
        int retries = (int) policy.whole("MaximumRetryCount", 0, Integer.MAX_VALUE);
        if (retries > 0 && !mode.equals("on-failure")) {
            throw new DockerRefusal(400, "invalid restart policy: maximum retry count can only be used with 'on-failure'");
        }
        return switch (mode) {
            case "", "no" -> RestartPolicy.NO;
            // a stop by a person is remembered by the control plane, so the two are one here
            case "always", "unless-stopped" -> RestartPolicy.ALWAYS;
            case "on-failure" -> new RestartPolicy(RestartPolicy.Mode.ON_FAILURE, retries);
            default -> throw new DockerRefusal(400, "invalid restart policy: unknown policy '" + mode + "'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'");
        };
    }

    /** One empty word removes the image's. */
    private static List<String> entrypoint(Fields body) {
        List<String> words = body.words("Entrypoint");
        return words != null && words.equals(List.of("")) ? List.of() : words;
    }
}
