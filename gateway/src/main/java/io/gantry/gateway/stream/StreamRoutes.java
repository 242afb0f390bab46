package io.gantry.gateway.stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.spec.DebugSpec;
import io.gantry.contracts.spec.ExecSpec;
import io.gantry.contracts.spec.Mount;
import io.gantry.contracts.view.CommitRequest;
import io.gantry.contracts.view.ContainerView;
import io.gantry.gateway.events.Acts;
import io.gantry.gateway.route.Gate;
import io.gantry.gateway.route.GatewayProblems;
import io.gantry.gateway.route.QueryForm;
import io.gantry.gateway.route.SmallBody;
import io.gantry.gateway.route.Withdrawal;
import io.gantry.kit.problem.Refused;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;

/** The gateway's own resources of a container: what only the agent of its node can tell. */
@ApplicationScoped
class StreamRoutes {
    private static final String CONTAINER = "/api/v1/containers/:ref";
    private static final int BODY_LIMIT = 1 << 20;
    private static final Pattern EXEC_ID = Pattern.compile("[0-9a-f]{1,64}");
    private final Containers containers;
    private final AgentClient agents;
    private final Commits commits;
    private final Debugs debugs;
    private final Acts acts;
    private final ObjectMapper json;

    @Inject
    StreamRoutes(Containers containers, AgentClient agents, Commits commits, Debugs debugs, Acts acts, ObjectMapper json) {
        this.acts = acts;
        this.debugs = debugs;
        this.commits = commits;
        this.containers = containers;
        this.agents = agents;
        this.json = json;
    }

    void register(@Observes Router router) {
        router.get(CONTAINER + "/logs").order(10).handler(refusing(this::logs));
        router.get(CONTAINER + "/explain").order(10).handler(refusing(this::explain));
        router.get(CONTAINER + "/isolation").order(10).handler(refusing(this::isolation));
        router.get(CONTAINER + "/attach").order(10).handler(refusing(this::attach));
        router.get(CONTAINER + "/port-forward").order(10).handler(refusing(this::forward));
        router.get(CONTAINER + "/socket-forward").order(10).handler(refusing(this::accept));
        router.post(CONTAINER + "/execs").order(10).handler(refusing(this::createExec));
        router.post(CONTAINER + "/debugs").order(10).handler(refusing(this::createDebug));
        router.post(CONTAINER + "/commit").order(10).handler(refusing(this::commit));
        router.get("/api/v1/execs/:ref/:id").order(10).handler(refusing(this::exec));
    }

    /** What is wrong with the request itself is answered as a problem. */
    static Handler<RoutingContext> refusing(Handler<RoutingContext> handler) {
        return context -> {
            try {
                handler.handle(context);
            } catch (IllegalArgumentException e) {
                context.request().resume();
                GatewayProblems.answer(context.response(), e);
            }
        };
    }

    private void logs(RoutingContext context) {
        HttpServerResponse response = context.response();
        boolean json = "application/x-ndjson".equals(context.request().getHeader("Accept"));
        Query.Logs asked = Query.logs(context.queryParams());
        if (upgrades(context)) {
            logSocket(context, asked);
            return;
        }
        LogForm form = new LogForm(json ? LogForm.Kind.NDJSON : LogForm.Kind.TEXT, asked.timestamps());
        find(context)
                .compose(container -> agents.request(container, HttpMethod.GET, "/containers/" + container.id() + "/logs?" + asked.query(), null))
                .onFailure(e -> GatewayProblems.answer(response, e))
                .onSuccess(log -> {
                    response.putHeader("Content-Type", json ? "application/x-ndjson" : "text/plain; charset=utf-8");
                    LogPipe.join(log, form, context.request());
                });
    }

    private void logSocket(RoutingContext context, Query.Logs asked) {
        find(context)
                .compose(container -> agents.request(container, HttpMethod.GET, "/containers/" + container.id() + "/logs?" + asked.query(), null))
                .onFailure(e -> GatewayProblems.answer(context.response(), e))
                .onSuccess(log -> {
                    log.pause();
                    context.request()
                            .toWebSocket()
                            .onSuccess(client -> LogSocket.join(log, new LogForm(LogForm.Kind.NDJSON, asked.timestamps()), client))
                            .onFailure(_ -> Withdrawal.of(log).run());
                });
    }

    private static boolean upgrades(RoutingContext context) {
        return "websocket".equalsIgnoreCase(context.request().getHeader("Upgrade"));
    }

    private void explain(RoutingContext context) {
        String format = QueryForm.read(context.queryParams(), Map.of("format", QueryForm.EXPLANATION)).getOrDefault("format", "json");
        String verb = format.equals("script") ? "/script" : "/explain";
        find(context)
                .compose(container -> agents.call(container, HttpMethod.GET, "/containers/" + container.id() + verb, null))
                .onFailure(e -> GatewayProblems.answer(context.response(), e))
                .onSuccess(body -> context.response()
                        .putHeader("Content-Type", format.equals("json") ? "application/json" : "text/plain; charset=utf-8")
                        .end(explanation(format, body)));
    }

    private static Buffer explanation(String format, Buffer body) {
        return switch (format) {
            case "text" -> Buffer.buffer(ExplanationText.of(Json.read(body.toString(), JsonNode.class)));
            case "script" -> Buffer.buffer(Json.read(body.toString(), JsonNode.class).path("script").asText());
            default -> body;
        };
    }

    private void isolation(RoutingContext context) {
        QueryForm.read(context.queryParams(), Map.of());
        find(context)
                .compose(container -> agents.call(container, HttpMethod.GET, "/containers/" + container.id() + "/isolation", null))
                .onFailure(e -> GatewayProblems.answer(context.response(), e))
                .onSuccess(body -> context.response().putHeader("Content-Type", "application/json").end(body));
    }

    private void attach(RoutingContext context) {
        String asked = Query.attach(context.queryParams());
        webSocket(context, find(context), container -> "/containers/" + container.id() + "/attach?" + asked, container -> acts.tell(new ContainerEvent.Attached(container.id())));
    }

    private void forward(RoutingContext context) {
        String port = QueryForm.read(context.queryParams(), Map.of("port", QueryForm.PORT)).get("port");
        if (port == null) {
            throw new BadField("port", "no port is said", "add ?port=80");
        }
        webSocket(context, find(context), container -> "/containers/" + container.id() + "/dial?port=" + port, _ -> {});
    }

    private void accept(RoutingContext context) {
        String id = Mount.Socket.checkSocketId("id", QueryForm.read(context.queryParams(), Map.of("id", QueryForm.TEXT)).get("id"));
        webSocket(context, find(context), container -> "/containers/" + container.id() + "/accept?id=" + id, _ -> {});
    }

    /** A WebSocket starts it; anything else is told how it goes. */
    private void exec(RoutingContext context) {
        QueryForm.read(context.queryParams(), Map.of());
        String id = context.pathParam("id");
        if (!EXEC_ID.matcher(id).matches()) {
            GatewayProblems.answer(context.response(), new Refused(ProblemType.NOT_FOUND, "there is no exec " + id, null));
            return;
        }
        if (!upgrades(context)) {
            find(context)
                    .compose(container -> agents.call(container, HttpMethod.GET, "/execs/" + id, null))
                    .onFailure(e -> GatewayProblems.answer(context.response(), e))
                    .onSuccess(answer -> context.response().putHeader("Content-Type", "application/json").end(answer));
            return;
        }
        webSocket(context, find(context), container -> "/execs/" + id + "/start", _ -> {});
    }

    private void createExec(RoutingContext context) {
        QueryForm.read(context.queryParams(), Map.of());
        body(context)
                .map(bytes -> strictly(bytes.toString(), ExecSpec.class, "send {\"command\": [\"ls\"]}"))
                .compose(spec -> find(context)
                        .compose(container -> agents.call(container, HttpMethod.POST, "/containers/" + container.id() + "/execs", spec)))
                .onFailure(e -> GatewayProblems.answer(context.response(), e))
                .onSuccess(answer -> context.response().setStatusCode(201).putHeader("Content-Type", "application/json").end(answer));
    }

    private void createDebug(RoutingContext context) {
        QueryForm.read(context.queryParams(), Map.of());
        body(context)
                .map(bytes -> strictly(bytes.toString(), DebugSpec.class, "send {} for a shell of the usual toolbox"))
                .compose(spec -> find(context).compose(container -> debugs.make(container, spec)))
                .onFailure(e -> GatewayProblems.answer(context.response(), e))
                .onSuccess(answer -> context.response().setStatusCode(201).putHeader("Content-Type", "application/json").end(answer));
    }

    private void commit(RoutingContext context) {
        QueryForm.read(context.queryParams(), Map.of());
        body(context)
                .map(bytes -> strictly(bytes.toString(), CommitRequest.class, "send {\"tags\": [\"shop/web:2\"]}"))
                .compose(request -> find(context).compose(container -> commits.make(container, request, Gate.caller(context))))
                .onFailure(e -> GatewayProblems.answer(context.response(), e))
                .onSuccess(made -> context.response().setStatusCode(201).putHeader("Content-Type", "application/json").end(Json.write(made)));
    }

    /** As the services read their bodies. */
    private <T> T strictly(String body, Class<T> type, String hint) {
        try {
            T read = body.isBlank() ? null : json.readValue(body, type);
            if (read == null) {
                throw new Refused(ProblemType.INVALID_FIELD, "the body is empty", hint);
            }
            return read;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e.getOriginalMessage(), e);
        }
    }

    /** The agent is dialled first: whoever can't be served hears it as a problem, not as a WebSocket that closes at once. */
    private void webSocket(RoutingContext context, Future<ContainerView> container, Function<ContainerView, String> uri, Consumer<ContainerView> opened) {
        if (!upgrades(context)) {
            GatewayProblems.answer(context.response(), new Refused(ProblemType.BAD_REQUEST, "this is a WebSocket", "send Upgrade: websocket"));
            return;
        }
        container.compose(found -> agents.open(found, uri.apply(found)).onSuccess(_ -> opened.accept(found)))
                .onFailure(e -> GatewayProblems.answer(context.response(), e))
                .onSuccess(agent -> {
                    WebSocketSplice splice = WebSocketSplice.of(agent);
                    Future<ServerWebSocket> client = context.request().toWebSocket();
                    client.onSuccess(splice::join).onFailure(e -> agent.leave());
                });
    }

    private Future<ContainerView> find(RoutingContext context) {
        return containers.find(context.pathParam("ref"));
    }

    private static Future<Buffer> body(RoutingContext context) {
        return SmallBody.read(context.request(), BODY_LIMIT);
    }
}
