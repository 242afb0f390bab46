package io.gantry.container.lifecycle.api;

import io.gantry.container.lifecycle.core.Container;
import io.gantry.container.lifecycle.core.ContainerState;
import io.gantry.container.lifecycle.store.ContainerQueries;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.id.Projects;
import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.problem.Problem;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.problem.Unexpected;
import io.gantry.contracts.view.ContainerEnd;
import io.gantry.kit.problem.QueryParameters;
import io.gantry.kit.problem.Refused;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jboss.logging.Logger;

/**
 * {@code GET /container-service/containers/{ref}/wait?condition=not-running|next-exit|removed}, not-running by default. The head of the
 * answer is sent as soon as the waiting has begun, so that a caller who starts the container after it has seen the head can't miss its
 * end; the body {@code {"exitCode":…}} follows. If it could not be started at all, {@code error} says why.
 */
@ApplicationScoped
class WaitRoute {
    private static final Logger LOG = Logger.getLogger(WaitRoute.class);

    /** What Docker answers when the container's program never ran. */
    private static final int NEVER_RAN = 125;

    private final ContainerQueries queries;
    private final Waiting waiting;

    @Inject
    WaitRoute(ContainerQueries queries, Waiting waiting) {
        this.queries = queries;
        this.waiting = waiting;
    }

    void register(@Observes Router router) {
        router.get("/container-service/containers/:ref/wait").order(-1).handler(this::handle);
    }

    private void handle(RoutingContext context) {
        try {
            QueryParameters.check(context.queryParams().names(), Set.of("condition"));
        } catch (BadField e) {
            refuse(context, e.problem(""));
            return;
        }
        String condition = Objects.requireNonNullElse(context.request().getParam("condition"), "not-running");
        queries.resolve(Projects.DEFAULT, context.pathParam("ref"))
                .subscribe()
                .with(container -> begin(context, container, condition), failure -> fail(context, failure));
    }

    private void begin(RoutingContext context, Container container, String condition) {
        Uni<Container> end =
                switch (condition) {
                    case "not-running" -> waiting.notRunning(container);
                    case "next-exit" -> waiting.nextExit(container);
                    case "removed" -> waiting.until(container.id(), c -> c.state() instanceof ContainerState.Removed);
                    default -> null;
                };
        if (end == null) {
            refuse(context, Problem.of(
                    ProblemType.INVALID_FIELD, "'" + condition + "' is nothing to wait for", "condition",
                    "not-running, next-exit or removed"));
            return;
        }
        HttpServerResponse response = context.response();
        CompletableFuture<ContainerEnd> done = new CompletableFuture<>();
        // subscribing registers the listener before this returns
        Cancellable wait = end.chain(last -> ended(last, condition)).subscribe().with(done::complete, done::completeExceptionally);
        response.closeHandler(_ -> wait.cancel());
        if (response.closed()) {
            // while it was looked for; of that no handler is told
            wait.cancel();
            return;
        }
        response.setChunked(true).putHeader("Content-Type", "application/json");
        response.writeHead();
        done.whenComplete((ended, failure) -> {
            if (failure != null) {
                LOG.warnf(failure, "waiting for %s broke off", container.id());
                response.reset();
            } else if (!response.closed()) {
                response.end(Json.write(ended));
            }
        });
    }

    /** Who waits for its removal waited well, though it never ran. */
    private Uni<ContainerEnd> ended(Container container, String condition) {
        return (container.state() instanceof ContainerState.Failed(var failure) ? Uni.createFrom().item(Optional.of(failure)) : waiting.failedStart(container))
                .map(failed -> failed
                        .map(failure -> new ContainerEnd(NEVER_RAN, condition.equals("removed") ? null : failure.step() + ": " + failure.detail()))
                        .orElseGet(() -> new ContainerEnd(container.exit() == null ? 0 : container.exit().code(), null)));
    }

    private static void fail(RoutingContext context, Throwable failure) {
        if (failure instanceof Refused refused) {
            refuse(context, refused.refusal().toProblem());
        } else {
            Unexpected error = Unexpected.marked();
            LOG.errorf(failure, "a wait failed, %s", error.mark());
            refuse(context, error.problem("the service"));
        }
    }

    private static void refuse(RoutingContext context, Problem problem) {
        context.response()
                .setStatusCode(problem.status())
                .putHeader("Content-Type", Problem.CONTENT_TYPE)
                .end(Json.write(problem));
    }
}
