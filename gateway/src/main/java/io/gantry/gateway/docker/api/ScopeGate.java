package io.gantry.gateway.docker.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.gateway.docker.core.DockerNames;
import io.gantry.gateway.docker.core.DockerRefusal;
import io.gantry.gateway.docker.core.NetworkForms;
import io.gantry.gateway.docker.core.ScopedOperations;
import io.gantry.gateway.route.GatewayProblems;
import io.gantry.gateway.scope.Belongings;
import io.vertx.core.Future;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/**
 * Before each request of a caller with a scope: what its path names must be theirs, and is named by its id from here on, so that it can't become another
 * meanwhile. Lists and what is made are seen to where that happens, by {@link Call#caller}. An operation that isn't known here is not for them.
 */
@Singleton
class ScopeGate {
    private final Belongings belongings;
    private final Execs execs;

    @Inject
    ScopeGate(Belongings belongings, Execs execs) {
        this.belongings = belongings;
        this.execs = execs;
    }

    /** @return the request as it may go on; fails as if there were nothing of that name */
    Future<Call> pass(Call call) {
        if (!call.caller().scoped()) {
            return Future.succeededFuture(call);
        }
        return switch (ScopedOperations.of(call.operation())) {
            case FREE -> Future.succeededFuture(call);
            case CONTAINER -> container(call, call.name()).map(call::named);
            case CONTAINER_BY_PARAMETER -> container(call, call.parameter("container")).map(_ -> call);
            case CONTAINER_IN_BODY -> network(call).compose(found -> container(call, inBody(call)).map(_ -> found));
            case EXEC -> exec(call);
            case NETWORK -> network(call);
            case NETWORK_TO_SEE -> NetworkForms.predefined(DockerNames.dockerNetwork(DockerNames.ourNetwork(call.name()))) ? Future.succeededFuture(call) : network(call);
            case VOLUME -> belongings.volume(call.caller(), call.name())
                    .map(found -> call.named(found.name()))
                    .recover(e -> Future.failedFuture(told(e, ProblemType.NOT_FOUND, "get " + call.name() + ": no such volume")));
            case IMAGE_TO_USE -> belongings.usableImage(call.caller(), call.name()).map(_ -> call).recover(e -> Future.failedFuture(noImage(e, call)));
            case IMAGE -> belongings.ownImage(call.caller(), call.name()).map(_ -> call).recover(e -> Future.failedFuture(noImage(e, call)));
            case IMAGE_TO_PUSH -> belongings.ownImage(call.caller(), call.parameter("tag") == null ? call.name() : call.name() + ":" + call.parameter("tag"))
                    .map(_ -> call)
                    .recover(e -> Future.failedFuture(noImage(e, call)));
            case NONE -> Future.failedFuture(new DockerRefusal(
                    403, call.request().method() + " " + call.request().path() + " is not for a token of the scope " + call.caller().scope().orElseThrow() + "; use one without a scope"));
        };
    }

    private Future<String> container(Call call, String ref) {
        if (ref == null) {
            // what is missing is told where it is needed
            return Future.succeededFuture();
        }
        return belongings.container(call.caller(), DockerNames.bare(ref)).map(found -> found.id().value()).recover(e -> Future.failedFuture(DockerContainers.explain(e, ref)));
    }

    private Future<Call> network(Call call) {
        return belongings.network(call.caller(), DockerNames.ourNetwork(call.name()))
                .map(found -> call.named(found.id().value()))
                .recover(e -> Future.failedFuture(told(e, ProblemType.NOT_FOUND, "network " + call.name() + " not found")));
    }

    private static String inBody(Call call) {
        JsonNode container = call.json().path("Container");
        return container.isTextual() ? container.asText() : null;
    }

    private Future<Call> exec(Call call) {
        Execs.Known known = execs.find(call.name());
        if (!call.caller().owns(known.container().spec().labels())) {
            throw new DockerRefusal(404, "No such exec instance: " + call.name());
        }
        return Future.succeededFuture(call);
    }

    private static Throwable noImage(Throwable e, Call call) {
        return told(e, ProblemType.IMAGE_NOT_FOUND, "No such image: " + call.name());
    }

    private static Throwable told(Throwable e, ProblemType kind, String words) {
        return GatewayProblems.of(e).is(kind) ? new DockerRefusal(404, words) : e;
    }
}
