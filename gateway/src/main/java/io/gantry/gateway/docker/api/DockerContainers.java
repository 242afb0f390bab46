package io.gantry.gateway.docker.api;

import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.view.ConnectRequest;
import io.gantry.contracts.view.ContainerPatch;
import io.gantry.contracts.view.ContainerView;
import io.gantry.gateway.auth.Caller;
import io.gantry.gateway.docker.core.DockerNames;
import io.gantry.gateway.docker.core.DockerRefusal;
import io.gantry.gateway.known.KnownContainers;
import io.gantry.gateway.known.LiveContainers;
import io.gantry.gateway.route.GatewayProblems;
import io.gantry.gateway.route.Part;
import io.gantry.gateway.route.PartClient;
import io.gantry.gateway.route.Withdrawal;
import io.gantry.gateway.stream.Containers;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** container-service asked in Docker's way, its problems told in Docker's words. */
@Singleton
class DockerContainers {
    static final String PRINCIPAL = "docker";
    /** container-service has deadlines of its own; this is for when it is silent. */
    private static final Duration LONGEST = Duration.ofHours(24);

    /** As long as Docker's own daemon. */
    private static final int KILL_SECONDS = 10;

    private final PartClient parts;
    private final Containers containers;
    private final LiveContainers live;

    @Inject
    DockerContainers(PartClient parts, Containers containers, LiveContainers live) {
        this.parts = parts;
        this.containers = containers;
        this.live = live;
    }

    /** Whether or not they run. */
    Future<List<ContainerView>> all() {
        return live.now().map(KnownContainers::views);
    }

    Future<ContainerView> find(String ref) {
        return containers.find(DockerNames.bare(ref)).recover(e -> Future.failedFuture(explain(e, ref)));
    }

    /** @param verb {@code /start}, with its query */
    Future<PartClient.Answer> act(String ref, String verb) {
        return parts.call(Part.CONTAINER, HttpMethod.POST, "/containers/" + encode(DockerNames.bare(ref)) + verb, null, PRINCIPAL, LONGEST)
                .recover(e -> Future.failedFuture(explain(e, ref)));
    }

    /** @param volumes those that were made for it alone, too */
    Future<Void> remove(ContainerId id, boolean force, boolean volumes) {
        return parts.call(Part.CONTAINER, HttpMethod.DELETE, "/containers/" + id + "?force=" + force + "&volumes=" + volumes, null, PRINCIPAL, LONGEST)
                .recover(e -> Future.failedFuture(explain(e, id.value())))
                .mapEmpty();
    }

    /**
     * Returns when it has ended: Docker's client takes a killed container for dead. The waiting begins before the kill, so that an end
     * is not missed, and one that its policy starts again at once is seen to have ended.
     */
    Future<Void> kill(ContainerId id) {
        String path = "/containers/" + id;
        return parts.open(Part.CONTAINER, path + "/wait?condition=next-exit", PRINCIPAL)
                .compose(end -> {
                    Withdrawal withdrawal = Withdrawal.of(end);
                    var ended = end.body();
                    return act(id.value(), "/kill?signal=SIGKILL")
                            .compose(sent -> ended.timeout(KILL_SECONDS, TimeUnit.SECONDS))
                            .onFailure(_ -> withdrawal.run());
                })
                .recover(e -> Future.failedFuture(
                        e instanceof TimeoutException
                                ? new DockerRefusal(500, "tried to kill container, but did not receive an exit event")
                                : explain(e, id.value())))
                .mapEmpty();
    }

    Future<Void> update(ContainerId id, ContainerPatch patch) {
        return parts.call(Part.CONTAINER, HttpMethod.PATCH, "/containers/" + id, patch, PRINCIPAL)
                .recover(e -> Future.failedFuture(explain(e, id.value())))
                .mapEmpty();
    }

    /** @param network by our name */
    Future<Void> connect(ContainerId id, String network, ConnectRequest request) {
        return parts.call(Part.CONTAINER, HttpMethod.POST, "/containers/" + id + "/networks/" + encode(network), request, PRINCIPAL, LONGEST)
                .recover(e -> Future.failedFuture(explain(e, id.value())))
                .mapEmpty();
    }

    /** @param network by our name */
    Future<Void> disconnect(ContainerId id, String network) {
        return parts.call(Part.CONTAINER, HttpMethod.DELETE, "/containers/" + id + "/networks/" + encode(network), null, PRINCIPAL, LONGEST)
                .recover(e -> Future.failedFuture(explain(e, id.value())))
                .mapEmpty();
    }

    Future<Void> rename(Caller caller, String ref, String name) {
        return parts.call(Part.CONTAINER, HttpMethod.POST, "/containers/" + encode(DockerNames.bare(ref)) + "/rename?name=" + encode(name), null, PRINCIPAL)
                .recover(e -> nameInUse(e) ? inUse(caller, name) : Future.failedFuture(explain(e, ref)))
                .mapEmpty();
    }

    /** Why there is no new container. "No such image" is the client's cue to pull. */
    <T> Future<T> creation(Caller caller, Throwable e, String image, String name) {
        if (e instanceof DockerRefusal) {
            return Future.failedFuture(e);
        }
        if (name != null && nameInUse(e)) {
            return inUse(caller, DockerNames.bare(name));
        }
        var problem = GatewayProblems.of(e);
        if (problem.is(ProblemType.NOT_FOUND)) {
            // what it names beside its image, such as a container whose network it shares: by 404 the client would take it for the image
            return Future.failedFuture(new DockerRefusal(409, problem.detail()));
        }
        return Future.failedFuture(
                problem.is(ProblemType.IMAGE_NOT_FOUND) ? new DockerRefusal(404, "No such image: " + image) : DockerRefusal.of(problem, image));
    }

    private <T> Future<T> inUse(Caller caller, String name) {
        return find(name).compose(holder -> Future.failedFuture(
                caller.owns(holder.spec().labels()) ? DockerRefusal.nameInUse(name, holder.id().value()) : DockerRefusal.nameInUse(name)));
    }

    private static boolean nameInUse(Throwable e) {
        return GatewayProblems.of(e).is(ProblemType.NAME_IN_USE);
    }

    static Throwable explain(Throwable e, String ref) {
        return e instanceof DockerRefusal ? e : DockerRefusal.of(GatewayProblems.of(e), ref);
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
