package io.gantry.gateway.docker.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.view.DeploymentRequest;
import io.gantry.contracts.view.DeploymentView;
import io.gantry.contracts.view.PortView;
import io.gantry.gateway.docker.DockerConfig;
import io.gantry.gateway.docker.core.Cluster;
import io.gantry.gateway.docker.core.DockerNames;
import io.gantry.gateway.docker.core.DockerRefusal;
import io.gantry.gateway.docker.core.ServiceBody;
import io.gantry.gateway.docker.core.ServiceForms;
import io.gantry.gateway.docker.core.SwarmFilters;
import io.gantry.gateway.docker.core.SwarmIds;
import io.gantry.gateway.route.Part;
import io.gantry.gateway.route.PartClient;
import io.gantry.gateway.scope.Admission;
import io.gantry.kit.time.World;
import io.gantry.kit.version.Tag;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Deployments in the verbs of Docker's services. */
@Singleton
class ServiceEndpoints {
    private static final String AUTH = "X-Registry-Auth";
    /** scheduler-service waits for a virtual IP and ports, and knows how long. */
    private static final Duration LONGEST = Duration.ofMinutes(2);
    private static final int SHORT = 8;

    /** A deployment, and the version that it was read in. */
    private record Seen(DeploymentView service, String etag) {}

    private final PartClient parts;
    private final ClusterLookup cluster;
    private final ImagePull images;
    private final ServiceLogs logs;
    private final Admission admission;
    private final Set<String> sockets;
    private final World world;

    @Inject
    ServiceEndpoints(PartClient parts, ClusterLookup cluster, ImagePull images, ServiceLogs logs, Admission admission, DockerConfig config, World world) {
        this.parts = parts;
        this.cluster = cluster;
        this.images = images;
        this.logs = logs;
        this.admission = admission;
        this.world = world;
        this.sockets = Stream.concat(DockerNames.SOCKETS.stream(), config.socket().map(path -> path.toAbsolutePath().toString()).stream()).collect(Collectors.toUnmodifiableSet());
    }

    void register(Routes routes) {
        routes.reply(HttpMethod.GET, "/services", this::list);
        routes.reply(HttpMethod.POST, "/services/create", this::create);
        routes.respond(HttpMethod.GET, "/services/{ref}/logs", call -> cluster.service(call.name()).compose(service -> logs.ofService(call, service)));
        routes.reply(HttpMethod.GET, "/services/{ref}", this::inspect);
        routes.reply(HttpMethod.DELETE, "/services/{ref}", this::remove);
        routes.reply(HttpMethod.POST, "/services/{ref}/update", this::update);
    }

    private Future<Reply> list(Call call) {
        SwarmFilters filters = ServiceForms.filters(call.parameter("filters"));
        Future<List<DeploymentView>> services = cluster.services();
        Future<Cluster> known = cluster.cluster();
        Future<List<PortView>> ports = cluster.ports();
        return Future.all(services, known, ports).map(_ -> {
            ArrayNode json = Json.mapper().createArrayNode();
            services.result().stream().filter(service -> ServiceForms.matches(service, filters)).forEach(service -> {
                ObjectNode form = ServiceForms.form(service, known.result(), ports.result());
                json.add(call.flag("status") ? ServiceForms.counted(form, service) : form);
            });
            return Reply.ok(json);
        });
    }

    private Future<Reply> inspect(Call call) {
        return cluster.service(call.name()).compose(service -> {
            Future<Cluster> known = cluster.cluster();
            Future<List<PortView>> ports = cluster.ports();
            Future<List<DeploymentView.Revision>> revisions = cluster.revisions(service);
            return Future.all(known, ports, revisions).map(_ -> Reply.ok(ServiceForms.inspect(service, known.result(), ports.result(), revisions.result())));
        });
    }

    private Future<Reply> create(Call call) {
        JsonNode json = call.json();
        return cluster.cluster().compose(known -> {
            ServiceBody body = ServiceBody.read(json, null, known, sockets);
            String name = body.name().isEmpty() ? "service-" + Ids.hex64(world.random()).substring(0, SHORT) : body.name();
            return images.ensure(ServiceBody.image(json), call.request().getHeader(AUTH))
                    .compose(_ -> admission.volumes(call.caller(), body.volumes()))
                    .compose(_ -> parts.call(Part.SCHEDULER, HttpMethod.POST, "/deployments", new DeploymentRequest(name, body.spec()), DockerContainers.PRINCIPAL, LONGEST))
                    .map(answer -> new Reply(201, Json.mapper().createObjectNode().put("ID", SwarmIds.of(view(answer.body()).id()))))
                    .recover(e -> Future.failedFuture(
                            ClusterLookup.says(e, ProblemType.NAME_IN_USE)
                                    ? new DockerRefusal(409, "rpc error: code = AlreadyExists desc = name conflicts with an existing object: service " + name + " already exists")
                                    : e));
        });
    }

    private Future<Reply> update(Call call) {
        return seen(call).compose(seen -> {
            String rollback = call.parameter("rollback");
            return rollback == null ? become(call, seen) : back(seen, rollback);
        }).map(_ -> {
            ObjectNode json = Json.mapper().createObjectNode();
            json.putArray("Warnings");
            return Reply.ok(json);
        });
    }

    /** As the client has seen it; fails if that isn't how it is. */
    private Future<Seen> seen(Call call) {
        return cluster.service(call.name())
                .compose(found -> parts.call(Part.SCHEDULER, HttpMethod.GET, "/deployments/" + found.id(), null, DockerContainers.PRINCIPAL, LONGEST))
                .map(answer -> {
                    DeploymentView service = view(answer.body());
                    ClusterLookup.sameVersion(call.parameter("version"), service.version());
                    return new Seen(service, answer.headers().get(Tag.HEADER));
                });
    }

    private Future<Void> become(Call call, Seen seen) {
        JsonNode json = call.json();
        return cluster.cluster().compose(known -> {
            ServiceBody body = ServiceBody.read(json, seen.service().spec(), known, sockets);
            if (!body.name().isEmpty() && !body.name().equals(seen.service().name())) {
                throw new DockerRefusal(501, "rpc error: code = Unimplemented desc = renaming services is not supported");
            }
            return images.ensure(body.spec().template().image(), call.request().getHeader(AUTH))
                    .compose(_ -> admission.volumes(call.caller(), body.volumes()))
                    .compose(_ -> change(HttpMethod.PUT, seen, "", body.spec()));
        });
    }

    private Future<Void> back(Seen seen, String rollback) {
        if (!rollback.equals("previous")) {
            throw new DockerRefusal(400, "unrecognized rollback option " + rollback);
        }
        return change(HttpMethod.POST, seen, "/rollback", null).recover(e -> Future.failedFuture(
                ClusterLookup.says(e, ProblemType.CONFLICT)
                        ? new DockerRefusal(400, "rpc error: code = FailedPrecondition desc = service " + seen.service().name() + " does not have a previous spec")
                        : e));
    }

    private Future<Void> change(HttpMethod method, Seen seen, String verb, Object body) {
        return parts.change(Part.SCHEDULER, method, "/deployments/" + seen.service().id() + verb, body, DockerContainers.PRINCIPAL, LONGEST, seen.etag())
                .<Void>mapEmpty()
                .recover(e -> Future.failedFuture(ClusterLookup.says(e, ProblemType.PRECONDITION_FAILED) ? ClusterLookup.outOfSequence() : e));
    }

    private Future<Reply> remove(Call call) {
        return cluster.service(call.name())
                .compose(service -> parts.call(Part.SCHEDULER, HttpMethod.DELETE, "/deployments/" + service.id(), null, DockerContainers.PRINCIPAL))
                .map(Reply.empty(200));
    }

    private static DeploymentView view(JsonNode json) {
        return Json.mapper().convertValue(json, DeploymentView.class);
    }
}
