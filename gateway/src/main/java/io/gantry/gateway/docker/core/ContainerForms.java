package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.spec.Namespaces;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.spec.Security;
import io.gantry.contracts.view.ContainerView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A container as {@code docker ps} and {@code docker inspect} read it (Docker Engine API 1.47, ContainerSummary and ContainerInspectResponse). */
public final class ContainerForms {
    private static final String NEVER = "0001-01-01T00:00:00Z";

    private ContainerForms() {}

    /** @param minor version of the API */
    public static ObjectNode summary(ContainerView c, int minor, Instant now) {
        return summaryToState(c).put("Status", DockerStates.text(c, now)).setAll(summaryFromHostConfig(c, minor));
    }

    /** What comes before its status, which grows older by itself. */
    static ObjectNode summaryToState(ContainerView c) {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("Id", c.id().value());
        json.putArray("Names").add("/" + c.name());
        json.put("Image", DockerNames.image(c.spec()));
        json.put("ImageID", c.imageId() == null ? "" : c.imageId().value());
        json.put("Command", String.join(" ", arguments(c)));
        json.put("Created", c.createdAt() == null ? 0 : c.createdAt().getEpochSecond());
        json.set("Ports", ContainerNetworks.portList(c));
        json.set("Labels", labels(c));
        return json.put("State", DockerStates.status(c));
    }

    /** What comes behind it. */
    static ObjectNode summaryFromHostConfig(ContainerView c, int minor) {
        ObjectNode json = Json.mapper().createObjectNode();
        json.putObject("HostConfig").put("NetworkMode", DockerNames.dockerNetwork(c.spec().network()));
        json.putObject("NetworkSettings").set("Networks", ContainerNetworks.networks(c, minor));
        json.set("Mounts", Mounts.points(c));
        return json;
    }

    /** @param minor version of the API */
    public static ObjectNode inspect(ContainerView c, int minor) {
        List<String> arguments = arguments(c);
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("Id", c.id().value());
        json.put("Created", time(c.createdAt()));
        json.put("Path", arguments.isEmpty() ? "" : arguments.getFirst());
        json.set("Args", array(arguments.isEmpty() ? List.of() : arguments.subList(1, arguments.size())));
        json.set("State", state(c));
        json.put("Image", c.imageId() == null ? "" : c.imageId().value());
        json.put("ResolvConfPath", "").put("HostnamePath", "").put("HostsPath", "").put("LogPath", "");
        json.put("Name", "/" + c.name());
        json.put("RestartCount", c.restarts());
        json.put("Driver", "overlay").put("Platform", "linux").put("MountLabel", "").put("ProcessLabel", "").put("AppArmorProfile", "");
        json.putNull("ExecIDs");
        json.set("HostConfig", hostConfig(c));
        json.putObject("GraphDriver").put("Name", "overlay").putObject("Data");
        json.set("Mounts", Mounts.points(c));
        json.set("Config", config(c));
        json.set("NetworkSettings", ContainerNetworks.settings(c, minor));
        if (c.node() != null) {
            json.putObject("Node").put("ID", c.node().id().value()).put("Name", c.node().name()).put("IP", String.valueOf(c.node().address()));
        }
        return json;
    }

    private static ObjectNode state(ContainerView c) {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("Status", DockerStates.status(c));
        json.put("Running", DockerStates.running(c));
        json.put("Paused", c.state() == ContainerView.State.PAUSED);
        json.put("Restarting", c.nextTry() != null);
        json.put("OOMKilled", c.reason() == io.gantry.contracts.state.Observed.ExitReason.OUT_OF_MEMORY);
        json.put("Dead", DockerStates.status(c).equals("dead"));
        json.put("Pid", c.pid() == null ? 0 : c.pid());
        json.put("ExitCode", DockerStates.exitCode(c));
        json.put("Error", c.failure() == null ? "" : c.failure().step() + ": " + c.failure().detail());
        json.put("StartedAt", time(c.startedAt()));
        json.put("FinishedAt", time(c.finishedAt()));
        if (c.health() != null) {
            json.set("Health", HealthForm.state(c.health()));
        }
        return json;
    }

    private static ObjectNode config(ContainerView c) {
        ContainerSpec spec = c.spec();
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("Hostname", spec.hostname() == null ? c.id().shortForm() : spec.hostname()).put("Domainname", spec.domainname() == null ? "" : spec.domainname());
        json.put("User", spec.user() != null ? spec.user() : c.imageConfig() == null ? "" : c.imageConfig().user());
        json.put("AttachStdin", false).put("AttachStdout", false).put("AttachStderr", false);
        ObjectNode exposed = json.putObject("ExposedPorts");
        spec.ports().forEach(port -> exposed.putObject(Ports.key(port)));
        ContainerNetworks.exposedByImage(c).forEach(exposed::putObject);
        json.put("Tty", spec.tty()).put("OpenStdin", spec.stdin()).put("StdinOnce", spec.labels().containsKey(DockerNames.STDIN_ONCE));
        ArrayNode env = json.putArray("Env");
        Map<String, String> all = new TreeMap<>(c.imageConfig() == null ? Map.of() : c.imageConfig().env());
        all.putAll(spec.env());
        all.forEach((name, value) -> env.add(name + "=" + value));
        List<String> command = command(c);
        List<String> entrypoint = entrypoint(c);
        json.set("Cmd", command.isEmpty() ? Json.mapper().nullNode() : array(command));
        json.put("Image", DockerNames.image(spec));
        json.set("Volumes", Mounts.unnamed(c));
        json.put("WorkingDir", spec.workingDir() != null ? spec.workingDir() : c.imageConfig() == null ? "/" : c.imageConfig().workingDir());
        json.set("Entrypoint", entrypoint.isEmpty() ? Json.mapper().nullNode() : array(entrypoint));
        json.putNull("OnBuild");
        json.set("Labels", labels(c));
        if (spec.stop().signal() != null) {
            json.put("StopSignal", spec.stop().signal());
        }
        json.put("StopTimeout", spec.stop().grace().toSeconds());
        HealthForm.config(c).ifPresent(check -> json.set("Healthcheck", check));
        return json;
    }

    private static ObjectNode hostConfig(ContainerView c) {
        Resources limits = c.spec().resources();
        ObjectNode json = Json.mapper().createObjectNode();
        Mounts.describe(c, json);
        json.set("LogConfig", Logs.of(c.spec().log()));
        json.put("NetworkMode", DockerNames.dockerNetwork(c.spec().network()));
        Naming.describe(c.spec(), json);
        Namespaces shared = c.spec().namespaces();
        json.put("IpcMode", shared.ipc() == null ? "shareable" : shared.ipc()).put("PidMode", shared.pid() == null ? "" : shared.pid());
        json.put("UTSMode", shared.uts() == null ? "" : shared.uts());
        ObjectNode bindings = json.putObject("PortBindings");
        // those at any free port are what the image exposes, if all that is is published
        c.spec().ports().stream().filter(port -> !c.spec().publishAll() || port.hostPort() != 0).forEach(port -> bindings.withArray(Ports.key(port)).add(ContainerNetworks.binding(port)));
        json.putObject("RestartPolicy")
                .put("Name", c.spec().restart().mode().name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .put("MaximumRetryCount", c.spec().restart().maxRetries());
        json.put("AutoRemove", c.spec().removedAtItsEnd());
        Limits.show(limits, json);
        json.put("ReadonlyRootfs", c.spec().readOnlyRoot()).put("Privileged", c.spec().security().privileged());
        json.put("Init", c.spec().init()).put("Runtime", c.spec().runtime());
        json.put("PublishAllPorts", c.spec().publishAll()).set("GroupAdd", arrayOrNull(c.spec().groups()));
        json.set("VolumesFrom", arrayOrNull(c.spec().volumesFrom()));
        security(c.spec().security(), json);
        return neverSaid(json);
    }

    /** What clients read without asking whether it is there. */
    private static ObjectNode neverSaid(ObjectNode json) {
        json.put("ContainerIDFile", "").put("VolumeDriver", "").put("CgroupnsMode", "private").put("Cgroup", "").put("CgroupParent", "");
        json.put("UsernsMode", "").put("Isolation", "").putNull("Links");
        json.putArray("ConsoleSize").add(0).add(0);
        return json;
    }

    private static void security(Security security, ObjectNode json) {
        json.set("CapAdd", arrayOrNull(security.capAdd()));
        json.set("CapDrop", arrayOrNull(security.capDrop()));
        ArrayNode options = json.putArray("SecurityOpt").add("no-new-privileges=" + security.noNewPrivileges());
        if (security.unconfined()) {
            options.add("seccomp=unconfined");
        } else if (security.seccomp() != null) {
            options.add("seccomp=" + Json.write(security.seccomp()));
        }
        json.set("Sysctls", Json.mapper().valueToTree(security.sysctls()));
        ArrayNode devices = json.putArray("Devices");
        security.devices().forEach(one -> devices.addObject()
                .put("PathOnHost", one.path()).put("PathInContainer", one.as()).put("CgroupPermissions", one.access()));
    }

    private static JsonNode arrayOrNull(List<String> words) {
        return words.isEmpty() ? Json.mapper().nullNode() : array(words);
    }

    private static ObjectNode labels(ContainerView c) {
        ObjectNode labels = Json.mapper().createObjectNode();
        Map<String, String> all = new TreeMap<>(c.imageConfig() == null ? Map.of() : c.imageConfig().labels());
        all.putAll(SwarmLabels.of(c));
        all.forEach((name, value) -> {
            if (!DockerNames.internal(name)) {
                labels.put(name, value);
            }
        });
        return labels;
    }

    private static List<String> arguments(ContainerView c) {
        List<String> all = new ArrayList<>(entrypoint(c));
        all.addAll(command(c));
        return all;
    }

    private static List<String> entrypoint(ContainerView c) {
        return c.spec().entrypoint() != null ? c.spec().entrypoint() : c.imageConfig() == null ? List.of() : c.imageConfig().entrypoint();
    }

    private static List<String> command(ContainerView c) {
        if (c.spec().command() != null) {
            return c.spec().command();
        }
        return c.spec().entrypoint() != null || c.imageConfig() == null ? List.of() : c.imageConfig().command();
    }

    static ArrayNode array(List<String> words) {
        ArrayNode array = Json.mapper().createArrayNode();
        words.forEach(array::add);
        return array;
    }

    private static String time(Instant at) {
        return at == null ? NEVER : at.toString();
    }
}
