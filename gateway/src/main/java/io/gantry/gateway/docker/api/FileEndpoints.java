package io.gantry.gateway.docker.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.view.PathStat;
import io.gantry.gateway.docker.core.DockerRefusal;
import io.gantry.gateway.docker.core.PathForms;
import io.gantry.gateway.route.GatewayProblems;
import io.gantry.gateway.stream.ContainerFiles;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** {@code docker cp}, {@code diff} and {@code export}. */
@Singleton
class FileEndpoints {
    private static final String STAT = "X-Docker-Container-Path-Stat";
    private final DockerContainers containers;
    private final ContainerFiles files;

    @Inject
    FileEndpoints(DockerContainers containers, ContainerFiles files) {
        this.containers = containers;
        this.files = files;
    }

    void register(Routes routes) {
        routes.respond(HttpMethod.HEAD, "/containers/{ref}/archive", this::stat);
        routes.respond(HttpMethod.GET, "/containers/{ref}/archive", this::read);
        routes.upload(HttpMethod.PUT, "/containers/{ref}/archive", this::write);
        routes.respond(HttpMethod.GET, "/containers/{ref}/export", this::export);
        routes.reply(HttpMethod.GET, "/containers/{ref}/changes", this::changes);
    }

    private Future<Void> stat(Call call) {
        String path = path(call);
        return containers.find(call.name())
                .compose(container -> files.stat(container, path))
                .recover(e -> Future.failedFuture(explain(e, path, call.name())))
                .compose(stat -> call.request().response().putHeader(STAT, PathForms.header(stat)).end());
    }

    private Future<Void> read(Call call) {
        String path = path(call);
        return containers.find(call.name())
                .compose(container -> files.read(container, path))
                .recover(e -> Future.failedFuture(explain(e, path, call.name())))
                .map(tar -> {
                    String stat = new String(Base64.getUrlDecoder().decode(tar.getHeader(PathStat.HEADER)), StandardCharsets.UTF_8);
                    var response = call.request().response().putHeader(STAT, PathForms.header(Json.read(stat, PathStat.class)));
                    ContainerFiles.pipe(tar, response.putHeader("Content-Type", "application/x-tar"));
                    return null;
                });
    }

    private Future<Void> write(Call call) {
        String path = path(call);
        return containers.find(call.name())
                .compose(container -> files.write(container, path, call.flag("noOverwriteDirNonDir"), call.request()))
                .recover(e -> Future.failedFuture(explain(e, path, call.name())))
                .compose(done -> call.request().response().end());
    }

    private Future<Void> export(Call call) {
        return containers.find(call.name())
                .compose(files::export)
                .map(tar -> {
                    ContainerFiles.pipe(tar, call.request().response().putHeader("Content-Type", "application/octet-stream"));
                    return null;
                });
    }

    private Future<Reply> changes(Call call) {
        return containers.find(call.name()).compose(files::changes).map(changes -> {
            ArrayNode json = Json.mapper().createArrayNode();
            changes.items().forEach(change -> json.addObject().put("Path", change.path()).put("Kind", PathForms.kind(change.kind())));
            return Reply.ok(json);
        });
    }

    private static String path(Call call) {
        String path = call.parameter("path");
        if (path == null) {
            throw new DockerRefusal(400, "bad parameter: path cannot be empty");
        }
        return path;
    }

    /** Of a container that was found. */
    private static Throwable explain(Throwable e, String path, String ref) {
        return !(e instanceof DockerRefusal) && GatewayProblems.of(e).is(ProblemType.NOT_FOUND)
                ? new DockerRefusal(404, "Could not find the file " + path + " in container " + ref)
                : e;
    }
}
