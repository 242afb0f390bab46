package io.gantry.gateway.docker.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.gateway.docker.core.BuildPrune;
import io.gantry.gateway.docker.core.BuildQuery;
import io.gantry.gateway.docker.core.BuildWords;
import io.gantry.gateway.route.Part;
import io.gantry.gateway.route.PartClient;
import io.gantry.kit.time.World;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.stream.Collectors;

/** {@code docker build} as the classic builder takes it, and what builds keep for the next ones. */
@Singleton
class BuildEndpoints {
    private final PartClient parts;
    private final World world;

    @Inject
    BuildEndpoints(PartClient parts, World world) {
        this.parts = parts;
        this.world = world;
    }

    void register(Routes routes) {
        routes.upload(HttpMethod.POST, "/build", this::build);
        routes.reply(HttpMethod.POST, "/build/prune", this::prune);
    }

    /** The answer begins with the first step, so that what is wrong with the context or the Dockerfile has a status of its own. */
    private Future<Void> build(Call call) {
        BuildQuery query = BuildQuery.read(call.request().params()::getAll);
        String text = query.parameters().stream().map(one -> one.getKey() + "=" + DockerContainers.encode(one.getValue())).collect(Collectors.joining("&"));
        return parts.upload(Part.IMAGE, HttpMethod.POST, "/builds?" + text, call.request(), call.caller())
                .compose(answer -> ToldLines.tell(answer, call.request().response(), new BuildWords(query.quiet())));
    }

    private Future<Reply> prune(Call call) {
        Optional<String> before = BuildPrune.before(call.parameter("filters"), world.now()).map(moment -> "?before=" + moment);
        return parts.call(Part.IMAGE, HttpMethod.POST, "/builds/prune" + before.orElse(""), null, DockerContainers.PRINCIPAL)
                .map(gone -> {
                    ObjectNode json = Json.mapper().createObjectNode();
                    ArrayNode all = json.putArray("CachesDeleted");
                    gone.path("items").forEach(all::add);
                    return Reply.ok(json.put("SpaceReclaimed", 0));
                });
    }
}
