package io.gantry.container.link;

import io.gantry.container.kept.store.KeptStore;
import io.gantry.container.lifecycle.core.Container;
import io.gantry.container.lifecycle.core.ContainerState;
import io.gantry.container.lifecycle.store.Containers;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.link.KeptFiles;
import io.gantry.contracts.problem.Problem;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.problem.Unexpected;
import io.gantry.kit.problem.Refused;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/** {@code GET /containers/{id}/files}: a node gets the secrets and configs of a container that it holds, and of no other. */
@Singleton
class ContainerFilesRoute {
    private static final Logger LOG = Logger.getLogger(ContainerFilesRoute.class);
    private static final Pattern PATH = Pattern.compile("/containers/([0-9a-f]{64})/files");
    private final Vertx vertx;
    private final Containers containers;
    private final KeptStore kept;

    @Inject
    ContainerFilesRoute(Vertx vertx, Containers containers, KeptStore kept) {
        this.vertx = vertx;
        this.containers = containers;
        this.kept = kept;
    }

    static boolean matches(HttpServerRequest request) {
        return PATH.matcher(request.path()).matches();
    }

    /** @param node whose certificate the caller has shown */
    void handle(HttpServerRequest request, NodeId node) {
        Matcher path = PATH.matcher(request.path());
        if (!path.matches()) {
            throw new IllegalArgumentException(request.path());
        }
        ContainerId id = new ContainerId(path.group(1));
        Context context = vertx.getOrCreateContext();
        HttpServerResponse response = request.response();
        files(id, node)
                .subscribe()
                .with(
                        files -> context.runOnContext(_ -> response.putHeader("Content-Type", "application/json").putHeader("Cache-Control", "no-store").end(Json.write(files))),
                        failure -> context.runOnContext(_ -> refuse(response, failure)));
    }

    private Uni<KeptFiles> files(ContainerId id, NodeId node) {
        return containers.find(id).chain(found -> Optional.ofNullable(found)
                .filter(container -> heldBy(container, node))
                .map(kept::files)
                .orElseGet(() -> Uni.createFrom().failure(new Refused(ProblemType.NOT_FOUND, "this node holds no container " + id.shortForm(), null))));
    }

    private static boolean heldBy(Container container, NodeId node) {
        return container.place() != null && container.place().node().equals(node) && !(container.state() instanceof ContainerState.Removed);
    }

    private static void refuse(HttpServerResponse response, Throwable failure) {
        Problem problem =
                switch (failure) {
                    case Refused refused -> refused.refusal().toProblem();
                    // what is wrong with the key, for whoever runs the platform
                    case IllegalStateException broken -> {
                        LOG.error(broken.getMessage());
                        yield Problem.of(ProblemType.INTERNAL, broken.getMessage());
                    }
                    default -> {
                        Unexpected error = Unexpected.marked();
                        LOG.errorf(failure, "a node could not be given its files, %s", error.mark());
                        yield Problem.of(ProblemType.UNAVAILABLE, error.words("container-service"));
                    }
                };
        response.setStatusCode(problem.status()).putHeader("Content-Type", Problem.CONTENT_TYPE).end(Json.write(problem));
    }
}
