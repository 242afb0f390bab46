package io.gantry.gateway.stream;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.view.CommitRequest;
import io.gantry.contracts.view.CommitView;
import io.gantry.contracts.view.ContainerView;
import io.gantry.gateway.auth.Caller;
import io.gantry.gateway.events.Acts;
import io.gantry.gateway.route.Part;
import io.gantry.gateway.route.PartClient;
import io.gantry.gateway.scope.Belongings;
import io.gantry.kit.problem.Refused;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Containers as images: image-service makes them, told what it needs to know of the container. */
@Singleton
public class Commits {
    /** As long as the container's changes take on their way. */
    private static final Duration LONGEST = Duration.ofMinutes(30);

    private final PartClient parts;
    private final Belongings belongings;
    private final Acts acts;

    @Inject
    Commits(PartClient parts, Belongings belongings, Acts acts) {
        this.belongings = belongings;
        this.acts = acts;
        this.parts = parts;
    }

    private record Order(ContainerId container, NodeId node, Digest manifest, ContainerSpec spec, CommitRequest request) {}

    /** What a caller with a scope makes bears its label. */
    public Future<CommitView> make(ContainerView container, CommitRequest request, Caller caller) {
        if (container.node() == null) {
            return Future.failedFuture(new Refused(ProblemType.CONFLICT, "container " + container.name() + " has no node yet", "wait until it is placed"));
        }
        Order order = new Order(container.id(), container.node().id(), container.manifest(), container.spec(), marked(caller, request));
        Future<Void> names = Future.succeededFuture();
        for (ImageRef tag : request.tags()) {
            names = names.compose(_ -> belongings.imageName(caller, tag));
        }
        return names.compose(_ -> parts.call(Part.IMAGE, HttpMethod.POST, "/commits", order, caller.principal(), LONGEST))
                .map(answer -> Json.mapper().convertValue(answer.body(), CommitView.class))
                .onSuccess(made -> acts.tell(new ContainerEvent.Committed(container.id(), made.image(), made.tags(), request.comment())));
    }

    /** Last, so that nothing else the client asks for takes it away. */
    private static CommitRequest marked(Caller caller, CommitRequest request) {
        List<String> changes = new ArrayList<>(request.changes());
        caller.markOfImage().forEach((key, value) -> changes.add("LABEL " + key + "=" + value));
        return new CommitRequest(request.tags(), changes, request.comment(), request.author());
    }
}
