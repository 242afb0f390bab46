package io.gantry.gateway.stream;

import com.fasterxml.jackson.databind.JavaType;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.view.ContainerSize;
import io.gantry.contracts.view.ContainerView;
import io.gantry.contracts.view.Items;
import io.gantry.contracts.view.PathChange;
import io.gantry.contracts.view.PathStat;
import io.gantry.gateway.events.Acts;
import io.gantry.gateway.route.Departure;
import io.gantry.gateway.route.Withdrawal;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** A container's files, asked of its node. */
@Singleton
public class ContainerFiles {
    private static final JavaType CHANGES = Json.mapper().getTypeFactory().constructParametricType(Items.class, PathChange.class);
    /** What may wait for a client before its agent is no longer read. */
    private static final int WAITING = 1 << 20;
    private final AgentClient agents;
    private final Acts acts;

    @Inject
    ContainerFiles(AgentClient agents, Acts acts) {
        this.acts = acts;
        this.agents = agents;
    }

    public Future<PathStat> stat(ContainerView container, String path) {
        return agents.call(container, HttpMethod.GET, at(container, "/stat?path=" + encode(path)), null).map(body -> Json.read(body.toString(), PathStat.class));
    }

    /** A tar, whose head has a {@link PathStat#HEADER}. */
    public Future<HttpClientResponse> read(ContainerView container, String path) {
        return agents.request(container, HttpMethod.GET, at(container, "/archive?path=" + encode(path)), null)
                .onSuccess(_ -> acts.tell(new ContainerEvent.CopiedFrom(container.id(), path)));
    }

    public Future<HttpClientResponse> export(ContainerView container) {
        return agents.request(container, HttpMethod.GET, at(container, "/export"), null).onSuccess(_ -> acts.tell(new ContainerEvent.Exported(container.id())));
    }

    /** @param from paused; its body is a tar */
    public Future<Void> write(ContainerView container, String path, boolean keepKinds, HttpServerRequest from) {
        return agents.upload(container, at(container, "/archive?path=" + encode(path) + "&keepKinds=" + keepKinds), from)
                .onSuccess(_ -> acts.tell(new ContainerEvent.CopiedInto(container.id(), path)));
    }

    public Future<Items<PathChange>> changes(ContainerView container) {
        return agents.call(container, HttpMethod.GET, at(container, "/changes"), null).map(body -> Json.mapper().convertValue(Json.read(body.toString(), Object.class), CHANGES));
    }

    public Future<ContainerSize> size(ContainerView container) {
        return agents.call(container, HttpMethod.GET, at(container, "/size"), null).map(body -> Json.read(body.toString(), ContainerSize.class));
    }

    /** Whole, or broken off. */
    public static void pipe(HttpClientResponse from, HttpServerResponse to) {
        if (!Departure.watch(to, Withdrawal.of(from))) {
            return;
        }
        to.setChunked(true).setWriteQueueMaxSize(WAITING);
        from.pipe().endOnFailure(false).to(to).onFailure(_ -> {
            if (!to.closed()) {
                to.reset();
            }
        });
    }

    private static String at(ContainerView container, String verb) {
        return "/containers/" + container.id() + verb;
    }

    private static String encode(String path) {
        return URLEncoder.encode(path, StandardCharsets.UTF_8);
    }
}
