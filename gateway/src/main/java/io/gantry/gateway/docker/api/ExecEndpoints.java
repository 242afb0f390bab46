package io.gantry.gateway.docker.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.id.ExecId;
import io.gantry.gateway.docker.core.DockerRefusal;
import io.gantry.gateway.docker.core.DockerStates;
import io.gantry.gateway.docker.core.ExecBody;
import io.gantry.gateway.docker.hijack.AgentBridge;
import io.gantry.gateway.docker.hijack.Hijack;
import io.gantry.gateway.events.Acts;
import io.gantry.gateway.route.GatewayProblems;
import io.gantry.gateway.stream.AgentClient;
import io.gantry.gateway.stream.Frames;
import io.gantry.contracts.link.StreamControl;
import io.gantry.contracts.view.ContainerView;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.OptionalInt;

/** Further commands in a running container. */
@Singleton
class ExecEndpoints {
    private final DockerContainers containers;
    private final AgentClient agents;
    private final Execs execs;
    private final Acts acts;

    @Inject
    ExecEndpoints(DockerContainers containers, AgentClient agents, Execs execs, Acts acts) {
        this.acts = acts;
        this.containers = containers;
        this.agents = agents;
        this.execs = execs;
    }

    void register(Routes routes) {
        routes.reply(HttpMethod.POST, "/containers/{ref}/exec", this::create);
        routes.hijack(HttpMethod.POST, "/exec/{id}/start", call -> !ExecBody.detached(call.json()), this::start, this::detached);
        routes.reply(HttpMethod.POST, "/exec/{id}/resize", this::resize);
        routes.reply(HttpMethod.GET, "/exec/{id}/json", this::inspect);
    }

    private Future<Reply> create(Call call) {
        var spec = ExecBody.read(call.json());
        String keys = ExecBody.detachKeys(call.json());
        ExecBody.keys(keys);
        return containers.find(call.name()).compose(container -> {
            if (!DockerStates.running(container)) {
                throw new DockerRefusal(409, "container " + container.id() + " is not running");
            }
            if (container.state() == ContainerView.State.PAUSED) {
                throw new DockerRefusal(409, "container " + call.name() + " is paused, unpause the container before exec");
            }
            return agents.call(container, HttpMethod.POST, "/containers/" + container.id() + "/execs", spec).map(answer -> {
                String id = Json.read(answer.toString(), JsonNode.class).path("id").asText();
                execs.keep(new Execs.Known(id, container, spec, keys, OptionalInt.empty()));
                return new Reply(201, Json.mapper().createObjectNode().put("Id", id));
            });
        });
    }

    /**
     * The head goes out before the command begins, as Docker's does, and comes by itself: docker-py, and whatever is made of it, reads the head in larger pieces
     * than it is long, and what comes right behind it is lost there.
     */
    private Future<Void> start(Call call, Hijack client) {
        Execs.Known exec = execs.find(call.name());
        boolean raw = ExecBody.raw(call.json());
        RawHead.send(call, client, raw);
        return agents.open(exec.container(), "/execs/" + exec.id() + "/start")
                .onSuccess(agent -> new AgentBridge(client, agent, raw, exec.spec().stdin(), exit -> ended(exec, exit))
                        .leftBy(
                                exec.spec().tty() ? ExecBody.keys(exec.detachKeys()) : null,
                                () -> acts.tell(new ContainerEvent.ExecDetached(exec.container().id(), new ExecId(exec.id()))))
                        .join())
                .recover(e -> {
                    client.write(AgentBridge.piece(raw, StreamControl.STDERR, Buffer.buffer(failed(GatewayProblems.of(e).detail()) + "\r\n")));
                    client.close();
                    return Future.succeededFuture();
                })
                .mapEmpty();
    }

    private Optional<String> ended(Execs.Known exec, StreamControl.Exit exit) {
        execs.ended(exec.id(), exit.code());
        return Optional.ofNullable(exit.error()).map(ExecEndpoints::failed);
    }

    private static String failed(String why) {
        return "exec failed: " + why;
    }

    /** Nobody reads the output, so the gateway does, and drops it. */
    private Future<Reply> detached(Call call) {
        Execs.Known exec = execs.find(call.name());
        return agents.open(exec.container(), "/execs/" + exec.id() + "/start").map(agent -> {
            agent.onFrame(message -> {
                if (message.getByte(0) == StreamControl.CONTROL && Frames.control(message) instanceof StreamControl.Exit(int code, _)) {
                    execs.ended(exec.id(), code);
                }
            });
            agent.resume();
            return Reply.empty(200);
        });
    }

    private Future<Reply> resize(Call call) {
        Execs.Known exec = execs.find(call.name());
        return agents.call(exec.container(), HttpMethod.POST, "/execs/" + exec.id() + "/resize?" + StreamEndpoints.size(call), null).map(Reply.empty(200));
    }

    private Future<Reply> inspect(Call call) {
        Execs.Known exec = execs.find(call.name());
        if (exec.exit().isPresent()) {
            return Future.succeededFuture(Reply.ok(form(exec, false, exec.exit().getAsInt(), 0)));
        }
        return agents.call(exec.container(), HttpMethod.GET, "/execs/" + exec.id(), null).map(answer -> {
            JsonNode seen = Json.read(answer.toString(), JsonNode.class);
            boolean running = seen.path("running").asBoolean();
            return Reply.ok(form(exec, running, running || !seen.path("exitCode").isNumber() ? null : seen.path("exitCode").asInt(), seen.path("pid").asInt()));
        });
    }

    private static ObjectNode form(Execs.Known exec, boolean running, Integer exit, int pid) {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("ID", exec.id()).put("ContainerID", exec.container().id().value());
        json.put("Running", running).put("ExitCode", exit).put("Pid", pid).put("CanRemove", false).put("DetachKeys", exec.detachKeys());
        json.put("OpenStdin", exec.spec().stdin()).put("OpenStdout", true).put("OpenStderr", true);
        ObjectNode process = json.putObject("ProcessConfig");
        process.put("tty", exec.spec().tty()).put("entrypoint", exec.spec().command().getFirst()).put("privileged", false);
        var arguments = process.putArray("arguments");
        exec.spec().command().stream().skip(1).forEach(arguments::add);
        return json;
    }
}
