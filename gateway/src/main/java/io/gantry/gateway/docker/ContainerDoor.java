package io.gantry.gateway.docker;

import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.link.ApiServerName;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.spec.Mount;
import io.gantry.contracts.view.ContainerView;
import io.gantry.gateway.auth.Caller;
import io.gantry.gateway.docker.api.Door;
import io.gantry.gateway.stream.Containers;
import io.gantry.kit.problem.Refused;
import io.vertx.core.Future;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;

/**
 * For what programs in containers say on the socket that they were given. Their node's agent brings it: its certificate says which node, the name it asks for
 * which container. That one must be there, and have been given the socket; what it was given it for is what it may.
 */
@Singleton
class ContainerDoor implements Door {
    private final Containers containers;

    @Inject
    ContainerDoor(Containers containers) {
        this.containers = containers;
    }

    @Override
    public Future<Caller> who(HttpServerRequest request) {
        HttpConnection connection = request.connection();
        Optional<String> node = Certificates.named(connection.sslSession(), "gantry://node/");
        Optional<ContainerId> container = ApiServerName.read(connection.indicatedServerName());
        if (node.isEmpty() || container.isEmpty()) {
            return Future.failedFuture(new Refused(ProblemType.UNAUTHENTICATED, "only agents come in here, each for a container of its node", "others use the port with a token"));
        }
        return containers.find(container.get().value()).map(found -> caller(found, node.get()));
    }

    private static Caller caller(ContainerView container, String node) {
        Optional<Mount.Api> given = container.spec().mounts().stream().filter(Mount.Api.class::isInstance).map(Mount.Api.class::cast).findFirst();
        if (given.isEmpty() || container.node() == null || !container.node().id().value().equals(node)) {
            throw new Refused(ProblemType.FORBIDDEN, "container " + container.id() + " was given no way to this API on node " + node, "mount one: --mount type=api");
        }
        return new Caller("container/" + container.name(), Optional.of(given.get().scope(container.id().value(), container.name(), container.spec().labels())));
    }
}
