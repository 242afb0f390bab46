package io.gantry.gateway.docker.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.view.ContainerView;
import io.gantry.contracts.view.EndpointView;
import io.gantry.contracts.view.NetworkRequest;
import io.gantry.contracts.view.NetworkView;
import io.gantry.gateway.docker.core.ConnectBody;
import io.gantry.gateway.docker.core.DockerNames;
import io.gantry.gateway.docker.core.DockerRefusal;
import io.gantry.gateway.docker.core.NetworkFilters;
import io.gantry.gateway.docker.core.NetworkForms;
import io.gantry.gateway.docker.core.PruneFilters;
import io.gantry.gateway.route.GatewayProblems;
import io.gantry.gateway.route.Part;
import io.gantry.gateway.route.PartClient;
import io.gantry.gateway.scope.Admission;
import io.gantry.gateway.scope.Belongings;
import io.gantry.kit.time.World;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Networks in Docker's verbs. {@code verbose} tells nothing more of what is on one engine, as in Docker. */
@Singleton
class NetworkEndpoints {
    private final PartClient parts;
    private final Belongings belongings;
    private final Admission admission;
    private final DockerContainers containers;
    private final NetworkRemoval removal;
    private final World world;

    @Inject
    NetworkEndpoints(PartClient parts, Belongings belongings, Admission admission, DockerContainers containers, NetworkRemoval removal, World world) {
        this.belongings = belongings;
        this.admission = admission;
        this.parts = parts;
        this.containers = containers;
        this.removal = removal;
        this.world = world;
    }

    void register(Routes routes) {
        routes.reply(HttpMethod.GET, "/networks", this::list);
        routes.reply(HttpMethod.POST, "/networks/create", this::create);
        routes.reply(HttpMethod.POST, "/networks/prune", this::prune);
        routes.reply(HttpMethod.GET, "/networks/{ref}", this::inspect);
        routes.reply(HttpMethod.DELETE, "/networks/{ref}", this::remove);
        routes.reply(HttpMethod.POST, "/networks/{ref}/connect", this::connect);
        routes.reply(HttpMethod.POST, "/networks/{ref}/disconnect", this::disconnect);
    }

    private Future<Reply> list(Call call) {
        NetworkFilters filters = NetworkFilters.parse(call.parameter("filters"));
        Future<Set<String>> used = filters.asksForUse() ? removal.used() : Future.succeededFuture(Set.of());
        return Future.join(networks().map(all -> visible(call, all)), used).map(known -> {
            Set<String> busy = known.resultAt(1);
            ArrayNode json = Json.mapper().createArrayNode();
            known.<List<NetworkView>>resultAt(0).stream()
                    .filter(network -> filters.wants(NetworkForms.form(network), busy.contains(network.name())))
                    .forEach(network -> json.add(NetworkForms.form(network)));
            NetworkForms.ownKinds().stream().filter(kind -> filters.wants(kind, false)).forEach(json::add);
            return Reply.ok(json);
        });
    }

    private Future<Reply> inspect(Call call) {
        String scope = call.parameter("scope");
        return networks().compose(all -> {
            Optional<NetworkView> found = find(all, call.name());
            if (scope != null && !NetworkForms.within(scope, found.orElse(null))) {
                throw unknown(call.name());
            }
            return found.isPresent() ? withContainers(call, found.get()) : Future.succeededFuture(Reply.ok(ownKind(call.name()).orElseThrow(() -> unknown(call.name()))));
        });
    }

    private Future<Reply> withContainers(Call call, NetworkView network) {
        Future<List<EndpointView>> endpoints = parts.list(Part.NETWORK, "/endpoints?network=" + network.id(), EndpointView.class);
        Future<List<ContainerView>> existing = containers.all();
        return Future.join(endpoints, existing).map(_ -> Reply.ok(NetworkForms.inspect(network, endpoints.result(), call.caller().own(existing.result(), one -> one.spec().labels()))));
    }

    private Future<Reply> create(Call call) {
        NetworkRequest request = admission.network(call.caller(), NetworkForms.request(call.json()));
        return parts.call(Part.NETWORK, HttpMethod.POST, "/networks", request, DockerContainers.PRINCIPAL)
                .map(made -> new Reply(201, Json.mapper().createObjectNode().put("Id", made.path("id").asText()).put("Warning", "")))
                .recover(e -> Future.failedFuture(
                        GatewayProblems.of(e).is(ProblemType.NAME_IN_USE)
                                ? new DockerRefusal(409, "network with name " + request.name() + " already exists")
                                : e));
    }

    private Future<Reply> remove(Call call) {
        return networks().compose(all -> {
            Optional<NetworkView> found = find(all, call.name());
            String name = found.map(network -> DockerNames.dockerNetwork(network.name()))
                    .or(() -> ownKind(call.name()).map(kind -> kind.path("Name").asText()))
                    .orElseThrow(() -> unknown(call.name()));
            if (NetworkForms.predefined(name)) {
                throw new DockerRefusal(403, name + " is a pre-defined network and cannot be removed");
            }
            return removal.remove(found.orElseThrow()).map(Reply.empty(204)).recover(e -> Future.failedFuture(
                    GatewayProblems.of(e).is(ProblemType.CONFLICT)
                            ? new DockerRefusal(403, "error while removing network: network " + name + " has active endpoints: " + GatewayProblems.of(e).detail())
                            : e));
        });
    }

    private Future<Reply> connect(Call call) {
        return networks().compose(all -> {
            String network = joinable(all, call.name());
            ConnectBody.Connect asked = ConnectBody.connect(call.json(), network);
            return containers.find(asked.container()).compose(container -> {
                if (container.spec().on(network).isPresent()) {
                    throw new DockerRefusal(403, "endpoint with name " + container.name() + " already exists in network " + DockerNames.dockerNetwork(network));
                }
                return containers.connect(container.id(), network, asked.request());
            }).map(Reply.empty(200));
        });
    }

    private Future<Reply> disconnect(Call call) {
        return networks().compose(all -> {
            String network = joinable(all, call.name());
            return containers.find(ConnectBody.disconnect(call.json())).compose(container -> {
                if (container.spec().on(network).isEmpty()) {
                    throw new DockerRefusal(404, "container " + container.id() + " is not connected to network " + DockerNames.dockerNetwork(network));
                }
                return containers.disconnect(container.id(), network);
            }).map(Reply.empty(200));
        });
    }

    /** Our name of it. */
    private static String joinable(List<NetworkView> all, String ref) {
        Optional<ObjectNode> own = ownKind(ref);
        if (own.isPresent()) {
            throw new DockerRefusal(403, "a container can't be put on network " + own.get().path("Name").asText() + " or taken off it: it is made with that, or isn't");
        }
        return find(all, ref).orElseThrow(() -> unknown(ref)).name();
    }

    /** Those that nobody is on, neither containers nor deployments; the latter network-service knows. */
    private Future<Reply> prune(Call call) {
        PruneFilters filters = PruneFilters.parse(call.parameter("filters"), world.now());
        List<String> gone = new ArrayList<>();
        return Future.join(belongings.networks(call.caller()), removal.used()).compose(known -> {
            Set<String> busy = known.resultAt(1);
            Future<Void> last = Future.succeededFuture();
            for (NetworkView network : known.<List<NetworkView>>resultAt(0)) {
                if (!busy.contains(network.name())
                        && !NetworkForms.predefined(DockerNames.dockerNetwork(network.name()))
                        && filters.wants(network.labels(), network.createdAt())) {
                    last = last.compose(_ -> removal.remove(network).onSuccess(_ -> gone.add(network.name())).recover(NetworkEndpoints::meanwhile));
                }
            }
            return last;
        }).map(_ -> {
            ObjectNode json = Json.mapper().createObjectNode();
            gone.forEach(json.putArray("NetworksDeleted")::add);
            return Reply.ok(json);
        });
    }

    /** Somebody is on it now, or has removed it. */
    private static Future<Void> meanwhile(Throwable e) {
        return GatewayProblems.of(e).status() < 500 ? Future.succeededFuture() : Future.failedFuture(e);
    }

    /** Those that are there for all, too. */
    private static List<NetworkView> visible(Call call, List<NetworkView> all) {
        return all.stream().filter(one -> call.caller().owns(one.labels()) || NetworkForms.predefined(DockerNames.dockerNetwork(one.name()))).toList();
    }

    private Future<List<NetworkView>> networks() {
        return parts.list(Part.NETWORK, "/networks", NetworkView.class);
    }

    /** By name, or by id or the beginning of one; a name wins. */
    private static Optional<NetworkView> find(List<NetworkView> all, String ref) {
        return all.stream()
                .filter(network -> network.name().equals(DockerNames.ourNetwork(ref)))
                .findFirst()
                .or(() -> all.stream().filter(network -> network.id().value().startsWith(ref)).findFirst());
    }

    private static Optional<ObjectNode> ownKind(String ref) {
        return NetworkForms.ownKinds().stream().filter(kind -> kind.path("Name").asText().equals(ref) || kind.path("Id").asText().equals(ref)).findFirst();
    }

    private static DockerRefusal unknown(String ref) {
        return new DockerRefusal(404, "network " + ref + " not found");
    }
}
