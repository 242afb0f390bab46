package io.gantry.gateway.docker.api;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.view.CommitRequest;
import io.gantry.gateway.docker.core.CommitBody;
import io.gantry.gateway.docker.core.DockerRefusal;
import io.gantry.gateway.docker.core.ImageNames;
import io.gantry.gateway.docker.core.Unsupported;
import io.gantry.gateway.route.GatewayProblems;
import io.gantry.gateway.stream.Commits;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;

/** {@code docker commit}. The container stands still while its changes are read. */
@Singleton
class CommitEndpoint {
    private final DockerContainers containers;
    private final Commits commits;

    @Inject
    CommitEndpoint(DockerContainers containers, Commits commits) {
        this.containers = containers;
        this.commits = commits;
    }

    void register(Routes routes) {
        routes.reply(HttpMethod.POST, "/commit", this::commit);
    }

    private Future<Reply> commit(Call call) {
        if (!call.flag("pause", true)) {
            throw Unsupported.parameter("pause");
        }
        String ref = call.parameter("container");
        if (ref == null) {
            throw new DockerRefusal(400, "the parameter container is missing");
        }
        // what the body says comes first: changes are made to that
        List<String> changes = new ArrayList<>(CommitBody.changes(call.json()));
        call.request().params().getAll("changes").forEach(text -> text.lines().filter(line -> !line.isBlank()).forEach(changes::add));
        CommitRequest request = new CommitRequest(tags(call), changes, call.parameter("comment"), call.parameter("author"));
        return containers.find(ref)
                .compose(container -> commits.make(container, request, call.caller()))
                .recover(e -> Future.failedFuture(
                        !(e instanceof DockerRefusal) && GatewayProblems.of(e).is(ProblemType.NOT_FOUND) ? new DockerRefusal(404, GatewayProblems.of(e).detail()) : e))
                .map(made -> new Reply(201, Json.mapper().createObjectNode().put("Id", made.image().value())));
    }

    private static List<ImageRef> tags(Call call) {
        String repository = call.parameter("repo");
        return repository == null ? List.of() : List.of(ImageNames.reference(repository + (call.parameter("tag") == null ? "" : ":" + call.parameter("tag"))));
    }
}
