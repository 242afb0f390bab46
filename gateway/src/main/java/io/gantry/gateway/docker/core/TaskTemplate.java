package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.HealthCheck;
import io.gantry.contracts.spec.Mount;
import io.gantry.contracts.spec.NetworkUse;
import io.gantry.contracts.spec.RestartPolicy;
import io.gantry.contracts.spec.Security;
import io.gantry.contracts.spec.StopPolicy;
import io.gantry.contracts.unit.ImageRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** {@code TaskTemplate}: what each replica of a service is, both ways. What Docker has no word for stays as it was. */
final class TaskTemplate {
    /** What Docker fills in for each task. */
    private static final Pattern FILLED_IN = Pattern.compile("\\{\\{\\s*\\.(Service|Node|Task)\\b");

    private TaskTemplate() {}

    /**
     * @param task of the body
     * @param restart what becomes of one that has ended
     * @param before {@code null} for a new service
     * @param labelled gets the labels that volumes shall be made with
     */
    static ContainerSpec read(Fields body, Fields task, ImageRef image, RestartPolicy restart, ContainerSpec before, Cluster cluster, Set<String> sockets, Map<String, Map<String, String>> labelled) {
        Fields container = task.only("Runtime", "container").in("ContainerSpec").harmless("Image").only("Isolation", "default");
        ContainerSpec rest = before == null ? ContainerSpec.from(image).build() : before;
        List<Mount> mounts = new ArrayList<>(Mounts.ofService(container, sockets, labelled));
        mounts.addAll(TaskFiles.read(container, cluster));
        return rest.but()
                .image(image)
                .entrypoint(container.texts("Command"))
                .command(container.texts("Args"))
                .env(environment(container))
                .workingDir(container.textOrNull("Dir"))
                .user(container.textOrNull("User"))
                .hostname(container.textOrNull("Hostname"))
                .tty(container.flag("TTY"))
                .stdin(container.flag("OpenStdin"))
                .init(container.flagOrNull("Init"))
                .readOnlyRoot(container.flag("ReadOnly"))
                .labels(labels(task, container))
                .stop(stop(container))
                .health(health(container, rest.health()))
                .extraHosts(Naming.hostsOfService(container))
                .dns(Naming.dnsOfService(container.in("DNSConfig")))
                .mounts(mounts.stream().map(mount -> asBefore(mount, rest)).toList())
                .security(security(container, rest.security()))
                .resources(TaskNeeds.limits(task, container, rest.resources(), before != null))
                .restart(restart)
                .log(Logs.readOfService(task.in("LogDriver")))
                .networks(networks(body, task, rest, cluster))
                .ports(ServicePorts.read(body.in("EndpointSpec")))
                .build();
    }

    private static Map<String, String> environment(Fields container) {
        Map<String, String> env = Environment.read(container);
        env.forEach((name, value) -> {
            if (FILLED_IN.matcher(value).find()) {
                throw DockerRefusal.notSupported("the template in TaskTemplate.ContainerSpec.Env " + name + "=" + value, "every replica has the same environment; its host name tells them apart");
            }
        });
        return env;
    }

    private static Map<String, String> labels(Fields task, Fields container) {
        Map<String, String> labels = container.named("Labels");
        long forced = task.count("ForceUpdate");
        if (forced > 0) {
            labels.put(DockerNames.FORCE_UPDATE, Long.toString(forced));
        }
        return labels;
    }

    private static StopPolicy stop(Fields container) {
        Long nanos = container.wholeOrNull("StopGracePeriod", 0, Long.MAX_VALUE);
        return new StopPolicy(container.textOrNull("StopSignal"), nanos == null ? null : Duration.ofNanos(nanos));
    }

    private static HealthCheck health(Fields container, HealthCheck before) {
        HealthCheck said = HealthForm.read(container.in("HealthCheck"));
        return said == null && before != null && HealthForm.said(before).isEmpty() ? before : said;
    }

    private static Security security(Fields container, Security before) {
        Fields privileges = container.in("Privileges");
        return new Security(
                container.texts("CapabilityAdd"), container.texts("CapabilityDrop"), privileges.flag("NoNewPrivileges") ? Boolean.TRUE : before.noNewPrivileges(),
                before.seccomp(), before.unconfined(), before.maskedPaths(), before.readOnlyPaths(), container.named("Sysctls"), before.devices(), before.privileged());
    }

    /** The one that was there, if it is that as far as Docker can say it. */
    private static Mount asBefore(Mount mount, ContainerSpec before) {
        return before.mounts().stream().filter(one -> one.target().equals(mount.target()) && alike(one, mount)).findFirst().orElse(mount);
    }

    private static boolean alike(Mount before, Mount now) {
        return switch (now) {
            case Mount.Api _ -> before instanceof Mount.Api;
            case Mount.Tmpfs one -> before instanceof Mount.Tmpfs was && one.equals(new Mount.Tmpfs(was.target(), was.size(), was.mode(), was.readOnly(), false));
            case Mount.Secret one -> before instanceof Mount.Secret was && one.equals(new Mount.Secret(was.source(), was.target(), was.mode(), was.uid(), was.gid(), null));
            case Mount.Config one -> before instanceof Mount.Config was && one.equals(new Mount.Config(was.source(), was.target(), was.mode(), was.uid(), was.gid(), null));
            case Mount.Volume _, Mount.Bind _, Mount.Socket _ -> before.equals(now);
        };
    }

    /** In the order in which they were: the virtual IP is on the first. */
    private static List<NetworkUse> networks(Fields body, Fields task, ContainerSpec before, Cluster cluster) {
        List<Fields> given = new ArrayList<>(task.list("Networks"));
        // where clients before 1.25 say it
        given.addAll(body.list("Networks"));
        List<NetworkUse> uses = new ArrayList<>();
        for (Fields one : given) {
            List<String> aliases = one.texts("Aliases");
            uses.add(new NetworkUse(cluster.network(one.text("Target")), aliases == null ? List.of() : aliases.stream().distinct().toList(), null, null));
        }
        List<String> order = before.networks().stream().map(NetworkUse::network).toList();
        uses.sort((one, other) -> Integer.compare(place(order, one), place(order, other)));
        return uses.isEmpty() ? List.of(NetworkUse.of(ContainerSpec.DEFAULT_NETWORK)) : uses;
    }

    private static int place(List<String> order, NetworkUse use) {
        int at = order.indexOf(use.network());
        return at < 0 ? Integer.MAX_VALUE : at;
    }

    /** As a client that reads it can send it back. */
    static ObjectNode form(ContainerSpec spec, Cluster cluster) {
        ObjectNode task = Json.mapper().createObjectNode();
        ObjectNode container = task.putObject("ContainerSpec").put("Image", spec.image().toString());
        Map<String, String> shown = new TreeMap<>(spec.labels());
        shown.keySet().removeIf(DockerNames::internal);
        container.set("Labels", Json.mapper().valueToTree(shown));
        words(container, "Command", spec.entrypoint());
        words(container, "Args", spec.command());
        text(container, "Hostname", spec.hostname());
        words(container, "Env", new TreeMap<>(spec.env()).entrySet().stream().map(one -> one.getKey() + "=" + one.getValue()).toList());
        text(container, "Dir", spec.workingDir());
        text(container, "User", spec.user());
        flag(container, "TTY", spec.tty());
        flag(container, "OpenStdin", spec.stdin());
        flag(container, "ReadOnly", spec.readOnlyRoot());
        container.put("Init", spec.init()).put("StopGracePeriod", spec.stop().grace().toNanos()).put("Isolation", "default");
        text(container, "StopSignal", spec.stop().signal());
        HealthForm.said(spec.health()).ifPresent(check -> container.set("Healthcheck", check));
        words(container, "Hosts", Naming.linesOfService(spec));
        ObjectNode dns = container.putObject("DNSConfig");
        words(dns, "Nameservers", spec.dns().servers().stream().map(Object::toString).toList());
        words(dns, "Search", spec.dns().search());
        words(dns, "Options", spec.dns().options());
        ArrayNode mounts = Mounts.ofService(spec);
        if (!mounts.isEmpty()) {
            container.set("Mounts", mounts);
        }
        TaskFiles.show(spec, cluster, container);
        capabilities(container, "CapabilityAdd", spec.security().capAdd());
        capabilities(container, "CapabilityDrop", spec.security().capDrop());
        if (!spec.security().sysctls().isEmpty()) {
            container.set("Sysctls", Json.mapper().valueToTree(new TreeMap<>(spec.security().sysctls())));
        }
        TaskNeeds.show(spec.resources(), task, container);
        TaskNeeds.show(spec.restart(), task);
        TaskPlacement.show(spec, task);
        task.put("ForceUpdate", Long.parseLong(spec.labels().getOrDefault(DockerNames.FORCE_UPDATE, "0"))).put("Runtime", "container");
        TaskNeeds.show(spec.log(), task);
        showNetworks(spec, cluster, task);
        return task;
    }

    /** None where it is on the usual one alone. */
    private static void showNetworks(ContainerSpec spec, Cluster cluster, ObjectNode task) {
        if (spec.networks().equals(List.of(NetworkUse.of(ContainerSpec.DEFAULT_NETWORK)))) {
            return;
        }
        ArrayNode networks = task.putArray("Networks");
        for (NetworkUse use : spec.networks()) {
            words(networks.addObject().put("Target", cluster.networkId(use.network())), "Aliases", use.aliases());
        }
    }

    private static void capabilities(ObjectNode json, String name, List<String> capabilities) {
        words(json, name, capabilities.stream().map(one -> one.equals("ALL") || one.startsWith("CAP_") ? one : "CAP_" + one).toList());
    }

    private static void words(ObjectNode json, String name, List<String> words) {
        if (words != null && !words.isEmpty()) {
            json.set(name, ContainerForms.array(words));
        }
    }

    private static void text(ObjectNode json, String name, String text) {
        if (text != null) {
            json.put(name, text);
        }
    }

    private static void flag(ObjectNode json, String name, boolean flag) {
        if (flag) {
            json.put(name, true);
        }
    }
}
