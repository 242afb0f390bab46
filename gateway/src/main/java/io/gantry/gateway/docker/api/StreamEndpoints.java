package io.gantry.gateway.docker.api;

import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.link.DetachKeys;
import io.gantry.contracts.view.ContainerView;
import io.gantry.gateway.docker.core.DockerNames;
import io.gantry.gateway.docker.core.DockerRefusal;
import io.gantry.gateway.docker.core.DockerTime;
import io.gantry.gateway.docker.core.ExecBody;
import io.gantry.gateway.docker.hijack.AgentBridge;
import io.gantry.gateway.docker.hijack.BrowserBridge;
import io.gantry.gateway.docker.hijack.Hijack;
import io.gantry.gateway.events.Acts;
import io.gantry.gateway.stream.AgentClient;
import io.gantry.gateway.stream.AgentStream;
import io.gantry.gateway.stream.LogForm;
import io.gantry.gateway.stream.LogPipe;
import io.gantry.kit.time.World;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Optional;

/** A container's streams: attach, logs, the size of its terminal. */
@Singleton
class StreamEndpoints {
    private final DockerContainers containers;
    private final AgentClient agents;
    private final Acts acts;
    private final World world;

    @Inject
    StreamEndpoints(DockerContainers containers, AgentClient agents, Acts acts, World world) {
        this.containers = containers;
        this.agents = agents;
        this.acts = acts;
        this.world = world;
    }

    void register(Routes routes) {
        routes.hijack(HttpMethod.POST, "/containers/{ref}/attach", call -> true, this::attach, null);
        routes.upload(HttpMethod.GET, "/containers/{ref}/attach/ws", this::attachBrowser);
        routes.respond(HttpMethod.GET, "/containers/{ref}/logs", this::logs);
        routes.reply(HttpMethod.POST, "/containers/{ref}/resize", this::resize);
    }

    private Future<Void> attach(Call call, Hijack client) {
        DetachKeys keys = ExecBody.keys(call.parameter("detachKeys"));
        if (!call.flag("stream")) {
            return logAlone(call, client);
        }
        return containers.find(call.name())
                .map(StreamEndpoints::unpaused)
                .compose(container -> open(call, container).map(agent -> {
                    RawHead.send(call, client, container.spec().tty());
                    acts.tell(new ContainerEvent.Attached(container.id()));
                    new AgentBridge(client, agent, container.spec().tty(), closesStdin(call, container), _ -> Optional.empty())
                            .leftBy(container.spec().tty() ? keys : null, () -> acts.tell(new ContainerEvent.Detached(container.id())))
                            .join();
                    return null;
                }));
    }

    private Future<AgentStream> open(Call call, ContainerView container) {
        return agents.open(container, "/containers/" + container.id() + "/attach?stdin=" + call.flag("stdin")
                + "&stdout=" + call.flag("stdout") + "&stderr=" + call.flag("stderr") + "&logs=" + call.flag("logs"));
    }

    private static boolean closesStdin(Call call, ContainerView container) {
        return call.flag("stdin") && container.spec().labels().containsKey(DockerNames.STDIN_ONCE);
    }

    /** The agent is dialled first: whoever can't be served hears it as an answer, not as a WebSocket that closes at once. */
    private Future<Void> attachBrowser(Call call) {
        DetachKeys keys = ExecBody.keys(call.parameter("detachKeys"));
        if (!"websocket".equalsIgnoreCase(call.request().getHeader("Upgrade"))) {
            throw new DockerRefusal(400, "this is a WebSocket: send Upgrade: websocket");
        }
        if (!call.flag("stream")) {
            throw DockerRefusal.notSupported("an attach by a WebSocket without stream=1");
        }
        return containers.find(call.name()).map(StreamEndpoints::unpaused).compose(container -> open(call, container).map(agent -> {
            call.request()
                    .toWebSocket()
                    .onFailure(e -> agent.leave())
                    .onSuccess(client -> {
                        acts.tell(new ContainerEvent.Attached(container.id()));
                        Runnable left = () -> acts.tell(new ContainerEvent.Detached(container.id()));
                        new BrowserBridge(client, agent, closesStdin(call, container), container.spec().tty() ? keys : null, left).join();
                    });
            return null;
        }));
    }

    /** Who doesn't ask for the stream gets what was said until now, if that is asked for, and that is all. */
    private Future<Void> logAlone(Call call, Hijack client) {
        return containers.find(call.name()).compose(container -> {
            if (!call.flag("logs")) {
                RawHead.send(call, client, container.spec().tty());
                client.close();
                return Future.succeededFuture();
            }
            String uri = "/containers/" + container.id() + "/logs?follow=false&stdout=" + call.flag("stdout") + "&stderr=" + call.flag("stderr");
            return agents.request(container, HttpMethod.GET, uri, null).map(log -> {
                RawHead.send(call, client, container.spec().tty());
                HijackedLog.join(log, new LogForm(kind(container), false), client);
                return null;
            });
        });
    }

    private static LogForm.Kind kind(ContainerView container) {
        return container.spec().tty() ? LogForm.Kind.TEXT : LogForm.Kind.DOCKER_FRAMES;
    }

    private static ContainerView unpaused(ContainerView container) {
        if (container.state() == ContainerView.State.PAUSED) {
            throw new DockerRefusal(409, "container " + container.id() + " is paused, unpause the container before attach");
        }
        return container;
    }

    /** @throws DockerRefusal if neither stream is asked for */
    private static void chosen(Call call) {
        if (!call.flag("stdout") && !call.flag("stderr")) {
            throw new DockerRefusal(400, "Bad parameters: you must choose at least one stream");
        }
    }

    /** What is asked of a log, without its beginning. Refuses what can't be asked. */
    static String streams(Call call, Instant now) {
        chosen(call);
        StringBuilder query = new StringBuilder("/logs?follow=" + call.flag("follow"));
        query.append("&stdout=").append(call.flag("stdout")).append("&stderr=").append(call.flag("stderr"));
        DockerTime.parse(call.parameter("until"), now).ifPresent(until -> query.append("&until=").append(until));
        return query.toString();
    }

    /** From where on it is asked for: so many lines before its end, or a moment. */
    static String beginning(Call call, Instant now) {
        StringBuilder query = new StringBuilder();
        String tail = call.parameter("tail");
        if (tail != null && !tail.equals("all") && Long.parseLong(tail) >= 0) {
            query.append("&tail=").append(Long.parseLong(tail));
        }
        DockerTime.parse(call.parameter("since"), now).ifPresent(since -> query.append("&since=").append(since));
        return query.toString();
    }

    private Future<Void> logs(Call call) {
        String asked = streams(call, world.now()) + beginning(call, world.now());
        return containers.find(call.name())
                .compose(container -> agents.request(container, HttpMethod.GET, "/containers/" + container.id() + asked, null).map(log -> {
                    boolean tty = container.spec().tty();
                    call.request().response().putHeader("Content-Type", call.streamType(tty));
                    LogPipe.join(log, new LogForm(kind(container), call.flag("timestamps"), call.flag("details") ? "" : null), call.request());
                    return null;
                }));
    }

    private Future<Reply> resize(Call call) {
        return containers.find(call.name())
                .compose(container -> agents.call(container, HttpMethod.POST, "/containers/" + container.id() + "/resize?" + size(call), null))
                .map(Reply.empty(200));
    }

    static String size(Call call) {
        String rows = call.parameter("h");
        String columns = call.parameter("w");
        if (rows == null || columns == null) {
            throw new DockerRefusal(400, "h and w are needed");
        }
        return "rows=" + Integer.parseInt(rows) + "&columns=" + Integer.parseInt(columns);
    }
}
