package io.gantry.gateway.docker.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.event.VolumeEvent;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.view.VolumeView;
import io.gantry.gateway.docker.core.DockerRefusal;
import io.gantry.gateway.docker.core.ListFilters;
import io.gantry.gateway.docker.core.VolumeForms;
import io.gantry.gateway.events.Acts;
import io.gantry.gateway.route.GatewayProblems;
import io.gantry.gateway.route.Part;
import io.gantry.gateway.route.PartClient;
import io.gantry.gateway.scope.Admission;
import io.gantry.gateway.scope.Belongings;
import io.gantry.gateway.stream.VolumeUsage;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Volumes in Docker's verbs. A volume that is force-removed and isn't there is removed. */
@Singleton
class VolumeEndpoints {
    private static final Set<String> LIST = Set.of("name", "label", "driver", "dangling");
    private static final Set<String> PRUNE = Set.of("label", "label!", "all");
    private final PartClient parts;
    private final Belongings belongings;
    private final Admission admission;
    private final VolumeUsage usage;
    private final Acts acts;

    @Inject
    VolumeEndpoints(PartClient parts, Belongings belongings, Admission admission, VolumeUsage usage, Acts acts) {
        this.belongings = belongings;
        this.admission = admission;
        this.acts = acts;
        this.parts = parts;
        this.usage = usage;
    }

    void register(Routes routes) {
        routes.reply(HttpMethod.GET, "/volumes", this::list);
        routes.reply(HttpMethod.POST, "/volumes/create", this::create);
        routes.reply(HttpMethod.POST, "/volumes/prune", this::prune);
        routes.reply(HttpMethod.GET, "/volumes/{ref}", this::inspect);
        routes.reply(HttpMethod.DELETE, "/volumes/{ref}", this::remove);
    }

    private Future<Reply> list(Call call) {
        var filters = ListFilters.entries(call.parameter("filters"));
        return belongings.volumes(call.caller()).map(all -> {
            ObjectNode json = Json.mapper().createObjectNode();
            ArrayNode found = json.putArray("Volumes");
            all.stream().filter(volume -> VolumeForms.matches(volume, filters, LIST)).forEach(volume -> found.add(VolumeForms.form(volume)));
            json.putArray("Warnings");
            return Reply.ok(json);
        });
    }

    private Future<Reply> create(Call call) {
        return admission.volume(call.caller(), VolumeForms.request(call.json())).map(volume -> new Reply(201, VolumeForms.form(volume)));
    }

    private Future<Reply> inspect(Call call) {
        return parts.get(Part.CONTAINER, path(call.name()), VolumeView.class)
                .compose(volume -> volume.size() == null ? Future.succeededFuture(volume) : usage.in(List.of(volume)).map(List::getFirst))
                .map(volume -> Reply.ok(VolumeForms.form(volume)))
                .recover(e -> Future.failedFuture(explain(e, call.name())));
    }

    private Future<Reply> remove(Call call) {
        return parts.call(Part.CONTAINER, HttpMethod.DELETE, path(call.name()), null, DockerContainers.PRINCIPAL)
                .map(Reply.empty(204))
                .recover(e -> call.flag("force") && GatewayProblems.of(e).is(ProblemType.NOT_FOUND)
                        ? Future.succeededFuture(Reply.empty(204))
                        : Future.failedFuture(explain(e, call.name())));
    }

    /** Before 1.42 named ones went, too. */
    private Future<Reply> prune(Call call) {
        var filters = ListFilters.entries(call.parameter("filters"));
        boolean all = call.minor() < 42 || filters.getOrDefault("all", List.of()).stream().anyMatch(VolumeForms::yes);
        return belongings.volumes(call.caller())
                .compose(found -> usage.in(found.stream()
                        .filter(volume -> VolumeForms.matches(volume, filters, PRUNE) && volume.usedBy().isEmpty() && (all || volume.anonymous()))
                        .toList()))
                .compose(this::removeAll);
    }

    private Future<Reply> removeAll(List<VolumeView> volumes) {
        List<String> gone = new ArrayList<>();
        long[] freed = {0};
        List<Future<Void>> removals = new ArrayList<>();
        for (VolumeView volume : volumes) {
            removals.add(parts.call(Part.CONTAINER, HttpMethod.DELETE, path(volume.name()), null, DockerContainers.PRINCIPAL)
                    .<Void>map(_ -> {
                        gone.add(volume.name());
                        freed[0] += volume.used() == null ? 0 : volume.used().value();
                        return null;
                    })
                    // somebody uses it now, or has removed it
                    .recover(e -> GatewayProblems.of(e).status() < 500 ? Future.succeededFuture() : Future.failedFuture(e)));
        }
        return Future.all(removals).map(_ -> {
            acts.tell(new VolumeEvent.Pruned(gone.size(), new Bytes(freed[0])));
            ObjectNode json = Json.mapper().createObjectNode();
            ArrayNode names = json.putArray("VolumesDeleted");
            gone.stream().sorted().forEach(names::add);
            json.put("SpaceReclaimed", freed[0]);
            return Reply.ok(json);
        });
    }

    private static String path(String ref) {
        return "/volumes/" + DockerContainers.encode(ref);
    }

    private static Throwable explain(Throwable e, String ref) {
        if (e instanceof DockerRefusal) {
            return e;
        }
        var problem = GatewayProblems.of(e);
        return problem.is(ProblemType.NOT_FOUND) ? new DockerRefusal(404, "get " + ref + ": no such volume") : DockerRefusal.of(problem, ref);
    }
}
