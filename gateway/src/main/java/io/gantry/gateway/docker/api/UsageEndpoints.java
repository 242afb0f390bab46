package io.gantry.gateway.docker.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.view.ContainerProcess;
import io.gantry.contracts.view.ContainerStats;
import io.gantry.contracts.view.ContainerView;
import io.gantry.gateway.docker.core.DockerRefusal;
import io.gantry.gateway.docker.core.DockerStates;
import io.gantry.gateway.docker.core.StatsForm;
import io.gantry.gateway.docker.core.TopForm;
import io.gantry.gateway.events.Acts;
import io.gantry.gateway.route.Departure;
import io.gantry.gateway.route.StreamHead;
import io.gantry.gateway.route.Withdrawal;
import io.gantry.gateway.stream.AgentClient;
import io.gantry.gateway.stream.StatsLines;
import io.gantry.gateway.stream.UsageRoutes;
import io.gantry.kit.time.World;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;

/** What a container uses, and which processes it has. */
@Singleton
class UsageEndpoints {
    /** A client that leaves more than so much unread is passed by: the next sample says all. */
    private static final int MOST_UNREAD = 1 << 16;
    private final DockerContainers containers;
    private final AgentClient agents;
    private final World world;
    private final Acts acts;

    @Inject
    UsageEndpoints(DockerContainers containers, AgentClient agents, World world, Acts acts) {
        this.acts = acts;
        this.containers = containers;
        this.agents = agents;
        this.world = world;
    }

    void register(Routes routes) {
        routes.respond(HttpMethod.GET, "/containers/{ref}/stats", this::stats);
        routes.reply(HttpMethod.GET, "/containers/{ref}/top", this::top);
    }

    /** Docker streams unless told otherwise, and gives a sample the one before it, for which it waits. */
    private Future<Void> stats(Call call) {
        boolean once = call.request().getParam("stream") != null && !call.flag("stream");
        boolean alone = once && call.flag("one-shot");
        return containers.find(call.name()).compose(container -> {
            HttpServerResponse response = call.request().response();
            response.putHeader("Content-Type", "application/json");
            if (!DockerStates.running(container)) {
                return response.end(StatsForm.nothing(container) + "\n");
            }
            String samples = alone ? "?samples=1" : once ? "?samples=2" : "";
            return agents.request(container, HttpMethod.GET, "/containers/" + container.id() + "/stats" + samples, null).map(answer -> {
                if (Departure.watch(response, Withdrawal.of(answer))) {
                    StreamHead.send(call.request()).setWriteQueueMaxSize(MOST_UNREAD);
                    pass(answer, response, container, alone);
                }
                return null;
            });
        });
    }

    private static void pass(HttpClientResponse samples, HttpServerResponse client, ContainerView container, boolean alone) {
        StatsLines lines = new StatsLines();
        ContainerStats[] before = {null};
        samples.handler(chunk -> {
            for (ContainerStats now : lines.read(chunk)) {
                if ((alone || before[0] != null) && !client.closed() && !client.writeQueueFull()) {
                    ObjectNode json = StatsForm.of(container, before[0], now);
                    client.write(json + "\n");
                }
                before[0] = now;
            }
        });
        samples.exceptionHandler(e -> client.reset());
        samples.endHandler(v -> {
            if (!client.closed()) {
                client.end();
            }
        });
        samples.resume();
    }

    private Future<Reply> top(Call call) {
        String arguments = call.parameter("ps_args");
        // what can't be had is said before anybody is asked
        TopForm.of(List.of(), arguments, world.now());
        return containers.find(call.name()).compose(container -> {
            if (!DockerStates.running(container)) {
                throw new DockerRefusal(409, "container " + container.id() + " is not running");
            }
            return agents.call(container, HttpMethod.GET, "/containers/" + container.id() + "/processes", null).map(answer -> {
                List<ContainerProcess> processes = UsageRoutes.processes(answer);
                acts.tell(new ContainerEvent.ProcessesListed(container.id()));
                return Reply.ok(TopForm.of(processes, arguments, world.now()));
            });
        });
    }
}
