package io.gantry.gateway.docker.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.spec.Mount;
import io.gantry.contracts.view.DeploymentView;
import io.gantry.contracts.view.KeptRequest;
import io.gantry.contracts.view.KeptView;
import io.gantry.gateway.docker.core.DockerRefusal;
import io.gantry.gateway.docker.core.KeptForms;
import io.gantry.gateway.docker.core.SwarmFilters;
import io.gantry.gateway.docker.core.SwarmIds;
import io.gantry.gateway.route.Part;
import io.gantry.gateway.route.PartClient;
import io.gantry.kit.version.Tag;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** Secrets and configs in Docker's verbs. */
@Singleton
class KeptEndpoints {
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private final PartClient parts;
    private final ClusterLookup cluster;
    private final Staying staying;

    @Inject
    KeptEndpoints(PartClient parts, ClusterLookup cluster, Staying staying) {
        this.parts = parts;
        this.cluster = cluster;
        this.staying = staying;
    }

    void register(Routes routes) {
        for (String kind : new String[] {"secret", "config"}) {
            String path = "/" + kind + "s";
            routes.reply(HttpMethod.GET, path, call -> list(kind, call));
            routes.reply(HttpMethod.POST, path + "/create", call -> create(kind, call));
            routes.reply(HttpMethod.GET, path + "/{ref}", call -> inspect(kind, call));
            routes.reply(HttpMethod.DELETE, path + "/{ref}", call -> remove(kind, call));
            routes.reply(HttpMethod.POST, path + "/{ref}/update", call -> update(kind, call));
        }
    }

    private Future<Reply> list(String kind, Call call) {
        SwarmFilters filters = KeptForms.filters(call.parameter("filters"));
        return cluster.kept(kind).map(all -> {
            ArrayNode json = Json.mapper().createArrayNode();
            all.stream().filter(one -> KeptForms.matches(one, filters)).forEach(one -> json.add(KeptForms.form(one)));
            return Reply.ok(json);
        });
    }

    private Future<Reply> create(String kind, Call call) {
        KeptRequest request = KeptForms.request(kind, call.json());
        return parts.call(Part.CONTAINER, HttpMethod.POST, "/" + kind + "s", request, DockerContainers.PRINCIPAL)
                .map(made -> new Reply(201, Json.mapper().createObjectNode().put("ID", SwarmIds.of(Json.mapper().convertValue(made, KeptView.class).id()))))
                .recover(e -> Future.failedFuture(
                        ClusterLookup.says(e, ProblemType.NAME_IN_USE)
                                ? new DockerRefusal(409, "rpc error: code = AlreadyExists desc = " + kind + " " + request.name() + " already exists")
                                : e));
    }

    private Future<Reply> inspect(String kind, Call call) {
        return find(kind, call.name()).compose(found -> parts.get(Part.CONTAINER, path(kind, found), KeptView.class)).map(kept -> Reply.ok(KeptForms.form(kept)));
    }

    private Future<Reply> update(String kind, Call call) {
        return find(kind, call.name()).compose(kept -> {
            ClusterLookup.sameVersion(call.parameter("version"), kept.version());
            return parts.change(
                    Part.CONTAINER, HttpMethod.PATCH, path(kind, kept), KeptForms.patch(kind, call.json(), kept), DockerContainers.PRINCIPAL, LONGEST, Tag.of(kept.version()));
        }).map(Reply.empty(200)).recover(e -> Future.failedFuture(
                ClusterLookup.says(e, ProblemType.CONFLICT)
                        ? KeptForms.labelsOnly()
                        : ClusterLookup.says(e, ProblemType.PRECONDITION_FAILED) ? ClusterLookup.outOfSequence() : e));
    }

    /** What a service names can't go, whether or not it has replicas. */
    private Future<Reply> remove(String kind, Call call) {
        return find(kind, call.name()).compose(kept -> cluster.services().compose(services -> {
            List<String> users = services.stream().filter(one -> names(one, kind, kept)).map(DeploymentView::name).sorted().toList();
            if (!users.isEmpty()) {
                throw new DockerRefusal(
                        400, "rpc error: code = InvalidArgument desc = " + kind + " '" + kept.name() + "' is in use by the following service" + (users.size() == 1 ? "" : "s") + ": "
                                + users.stream().collect(Collectors.joining(", ")));
            }
            return staying.remove(
                    () -> parts.call(Part.CONTAINER, HttpMethod.DELETE, path(kind, kept), null, DockerContainers.PRINCIPAL).mapEmpty(),
                    e -> ClusterLookup.says(e, ProblemType.CONFLICT),
                    there -> there.containers().stream().anyMatch(one -> names(one.spec().kept(), kind, kept)) || there.deployments().stream().anyMatch(one -> names(one, kind, kept)));
        })).map(Reply.empty(204));
    }

    private static boolean names(DeploymentView service, String kind, KeptView kept) {
        return names(service.spec().template().kept(), kind, kept);
    }

    private static boolean names(List<Mount.Kept> mounts, String kind, KeptView kept) {
        return mounts.stream().anyMatch(mount -> mount.kind().equals(kind) && mount.source().equals(kept.name()));
    }

    private Future<KeptView> find(String kind, String ref) {
        return cluster.kept(kind).map(all -> all.stream()
                .filter(one -> one.id().value().equals(ref))
                .findFirst()
                .orElseGet(() -> SwarmIds.find(kind, ref, all, one -> SwarmIds.of(one.id()), KeptView::name)));
    }

    private static String path(String kind, KeptView kept) {
        return "/" + kind + "s/" + kept.id();
    }
}
