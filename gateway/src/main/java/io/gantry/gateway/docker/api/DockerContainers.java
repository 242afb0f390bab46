package io.gantry.gateway.docker.api;

import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.view.ContainerView;
import io.gantry.gateway.docker.core.DockerNames;
import io.gantry.gateway.docker.core.DockerRefusal;
import io.gantry.gateway.route.GatewayProblems;
import io.gantry.gateway.route.Part;
import io.gantry.gateway.route.PartClient;
import io.gantry.gateway.stream.Containers;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** container-service asked in Docker's way, its problems told in Docker's words. */
@Singleton
class DockerContainers {
    static final String PRINCIPAL = "docker";
    /** container-service has deadlines of its own; this is for when it is silent. */
    private static final Duration LONGEST = Duration.ofHours(24);

    private final PartClient parts;
    private final Containers containers;

    @Inject
    DockerContainers(PartClient parts, Containers containers) {
        this.parts = parts;
        this.containers = containers;
    }

    Future<ContainerView> find(String ref) {
        return containers.find(DockerNames.bare(ref)).recover(e -> Future.failedFuture(explain(e, ref)));
    }

    /** @param verb {@code /start}, with its query */
    Future<PartClient.Answer> act(String ref, String verb) {
        return parts.call(Part.CONTAINER, HttpMethod.POST, "/containers/" + encode(DockerNames.bare(ref)) + verb, null, PRINCIPAL, LONGEST)
                .recover(e -> Future.failedFuture(explain(e, ref)));
    }

    Future<Void> remove(ContainerId id, boolean force) {
        return parts.call(Part.CONTAINER, HttpMethod.DELETE, "/containers/" + id + (force ? "?force=true" : ""), null, PRINCIPAL, LONGEST)
                .recover(e -> Future.failedFuture(explain(e, id.value())))
                .mapEmpty();
    }

    static Throwable explain(Throwable e, String ref) {
        return e instanceof DockerRefusal ? e : DockerRefusal.of(GatewayProblems.of(e), ref);
    }

    /** "No such image" is the client's cue to pull. */
    static Throwable creation(Throwable e, String image) {
        if (e instanceof DockerRefusal) {
            return e;
        }
        var problem = GatewayProblems.of(e);
        boolean noImage = problem.type() != null && problem.type().endsWith("/image-not-found");
        return noImage ? new DockerRefusal(404, "No such image: " + image) : DockerRefusal.of(problem, image);
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
