package io.gantry.gateway.docker.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.unit.Architecture;
import io.gantry.contracts.view.ContainerView;
import io.gantry.contracts.view.ImageView;
import io.gantry.contracts.view.NetworkView;
import io.gantry.contracts.view.NodeView;
import io.gantry.gateway.docker.core.DockerStates;
import io.gantry.gateway.docker.core.SwarmForms;
import io.gantry.gateway.route.Part;
import io.gantry.gateway.route.PartClient;
import io.gantry.gateway.scope.Belongings;
import io.gantry.kit.time.World;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** What the whole platform looks like to a Docker client: one big host. */
@Singleton
class SystemEndpoints {
    private final PartClient parts;
    private final Belongings belongings;
    private final ClusterLookup cluster;
    private final World world;
    private final String version;

    @Inject
    SystemEndpoints(PartClient parts, Belongings belongings, ClusterLookup cluster, World world, @ConfigProperty(name = "quarkus.application.version") String version) {
        this.parts = parts;
        this.belongings = belongings;
        this.cluster = cluster;
        this.world = world;
        this.version = version;
    }

    void register(Routes routes) {
        routes.respond(HttpMethod.GET, "/_ping", call -> ping(call).putHeader("Content-Type", "text/plain; charset=utf-8").end("OK"));
        routes.respond(HttpMethod.HEAD, "/_ping", call -> ping(call).putHeader("Content-Length", "0").end());
        routes.reply(HttpMethod.GET, "/version", call -> Future.succeededFuture(Reply.ok(version())));
        routes.reply(HttpMethod.GET, "/info", this::info);
        routes.reply(HttpMethod.GET, "/plugins", call -> Future.succeededFuture(Reply.ok(Json.mapper().createArrayNode())));
    }

    /** Who may see a part of the platform alone sees an engine that is part of no swarm. */
    private static HttpServerResponse ping(Call call) {
        return call.request().response().putHeader("Swarm", call.caller().scoped() ? "inactive" : "active/manager");
    }

    private ObjectNode version() {
        String kernel = System.getProperty("os.version");
        ObjectNode json = Json.mapper().createObjectNode();
        json.putObject("Platform").put("Name", "Gantry");
        json.put("Version", ApiVersion.ENGINE).put("ApiVersion", ApiVersion.NEWEST).put("MinAPIVersion", ApiVersion.OLDEST);
        json.put("Os", "linux").put("Arch", Architecture.here()).put("KernelVersion", kernel).put("GoVersion", "").put("GitCommit", "").put("BuildTime", "");
        ArrayNode components = json.putArray("Components");
        ObjectNode engine = components.addObject().put("Name", "Engine").put("Version", ApiVersion.ENGINE);
        engine.putObject("Details")
                .put("ApiVersion", ApiVersion.NEWEST)
                .put("MinAPIVersion", ApiVersion.OLDEST)
                .put("Os", "linux")
                .put("Arch", Architecture.here())
                .put("KernelVersion", kernel);
        components.addObject().put("Name", "Gantry").put("Version", version).putObject("Details");
        return json;
    }

    private Future<Reply> info(Call call) {
        Future<List<ContainerView>> existing = belongings.containers(call.caller());
        Future<List<ImageView>> images = parts.list(Part.IMAGE, "/images", ImageView.class).map(all -> call.caller().own(all, Belongings::labels));
        Future<List<NodeView>> nodes = cluster.nodes();
        Future<Optional<NetworkView>> first = cluster.firstNetwork();
        return Future.all(existing, images, nodes, first).map(_ -> {
            ObjectNode json = info(existing.result(), images.result(), nodes.result());
            json.set("Swarm", call.caller().scoped() ? SwarmForms.inactive() : SwarmForms.info(nodes.result(), first.result()));
            return Reply.ok(json);
        });
    }

    private ObjectNode info(List<ContainerView> containers, List<ImageView> images, List<NodeView> nodes) {
        long running = containers.stream().filter(DockerStates::running).count();
        long paused = containers.stream().filter(c -> c.state() == ContainerView.State.PAUSED).count();
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("ID", "gantry").put("Name", "gantry").put("ServerVersion", ApiVersion.ENGINE).put("OperatingSystem", "Gantry on " + nodes.size() + " nodes");
        json.put("Containers", containers.size()).put("ContainersRunning", running - paused).put("ContainersPaused", paused);
        json.put("ContainersStopped", containers.size() - running).put("Images", images.size());
        json.put("NCPU", nodes.stream().mapToLong(node -> node.cpu().value()).sum() / 1000);
        json.put("MemTotal", nodes.stream().mapToLong(node -> node.memory().value()).sum());
        json.put("OSType", "linux").put("OSVersion", "").put("Architecture", nodes.stream().map(NodeView::architecture).findFirst().orElse(Architecture.here()));
        json.put("KernelVersion", nodes.stream().map(NodeView::kernel).findFirst().orElse(""));
        json.put("Driver", "overlay").putArray("DriverStatus");
        json.put("LoggingDriver", "json-file").put("CgroupDriver", "cgroupfs").put("CgroupVersion", "1").put("DefaultRuntime", ContainerSpec.DEFAULT_RUNTIME);
        json.put("SystemTime", world.now().toString()).put("DockerRootDir", "").put("HttpProxy", "").put("HttpsProxy", "").put("NoProxy", "");
        json.put("Debug", false).put("ExperimentalBuild", false).put("LiveRestoreEnabled", true).put("IndexServerAddress", "");
        json.put("MemoryLimit", true).put("PidsLimit", true).put("CpuCfsQuota", true).put("CpuCfsPeriod", true).put("CPUShares", true).put("CPUSet", true);
        json.put("SwapLimit", false).put("OomKillDisable", false).put("IPv4Forwarding", true).put("BridgeNfIptables", true).put("BridgeNfIp6tables", true);
        json.put("NGoroutines", 0).put("NFd", 0).put("NEventsListener", 0).put("InitBinary", "").put("Isolation", "");
        ObjectNode plugins = json.putObject("Plugins");
        plugins.putArray("Volume").add("local");
        plugins.putArray("Network").add("bridge");
        plugins.putNull("Authorization");
        plugins.putArray("Log").add("json-file");
        json.putObject("RegistryConfig").putArray("InsecureRegistryCIDRs");
        ObjectNode runtimes = json.putObject("Runtimes");
        runtimes.putObject(ContainerSpec.DEFAULT_RUNTIME).put("path", "");
        nodes.stream().flatMap(node -> node.runtimes().stream()).distinct().sorted().forEach(name -> runtimes.putObject(name).put("path", ""));
        json.putArray("SecurityOptions").add("name=seccomp,profile=builtin").add("name=userns").add("name=cgroupns");
        json.putArray("Warnings");
        json.putArray("Labels");
        json.putObject("ContainerdCommit").put("ID", "");
        json.putObject("RuncCommit").put("ID", "");
        json.putObject("InitCommit").put("ID", "");
        return json;
    }
}
