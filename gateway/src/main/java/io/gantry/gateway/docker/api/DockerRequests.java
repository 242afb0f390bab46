package io.gantry.gateway.docker.api;

import io.gantry.contracts.problem.Problem;
import io.gantry.gateway.docker.core.DockerApi;
import io.gantry.gateway.docker.core.DockerRefusal;
import io.gantry.gateway.docker.hijack.Hijack;
import io.gantry.gateway.route.ControlCharacters;
import io.gantry.gateway.route.GatewayProblems;
import io.gantry.gateway.route.InvalidRequests;
import io.gantry.gateway.route.SmallBody;
import io.gantry.gateway.scope.Admission;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Every request of a Docker client: its version, who it is from, its endpoint, and its errors in Docker's form. A connection that will
 * be hijacked is taken over before anything asynchronous happens, so that what the client sends next is never read as a request.
 */
@Singleton
public class DockerRequests {
    private static final int LARGEST_BODY = 4 << 20;
    private final Routes routes = new Routes();
    private final ScopeGate scopes;
    private final String server;

    @Inject
    DockerRequests(
            ScopeGate scopes,
            SystemEndpoints system,
            ContainerEndpoints containers,
            StreamEndpoints streams,
            ExecEndpoints execs,
            UsageEndpoints usage,
            ImageEndpoints images,
            NetworkEndpoints networks,
            VolumeEndpoints volumes,
            EventEndpoints events,
            FileEndpoints files,
            CommitEndpoint commit,
            ImageRemovalEndpoints removals,
            DiskEndpoints disk,
            BuildEndpoints builds,
            ArchiveEndpoints archives,
            TransferEndpoints transfers,
            SwarmEndpoints swarm,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        this.scopes = scopes;
        this.server = "Docker/" + ApiVersion.ENGINE + " Gantry/" + version + " (linux)";
        system.register(routes);
        containers.register(routes);
        streams.register(routes);
        execs.register(routes);
        usage.register(routes);
        images.register(routes);
        networks.register(routes);
        volumes.register(routes);
        events.register(routes);
        files.register(routes);
        commit.register(routes);
        removals.register(routes);
        disk.register(routes);
        builds.register(routes);
        archives.register(routes);
        transfers.register(routes);
        swarm.register(routes);
    }

    /** @param door where it came in */
    public void handle(HttpServerRequest request, Door door) {
        HttpServerResponse response = request.response();
        response.headers()
                .add("Api-Version", ApiVersion.NEWEST)
                .add("Docker-Experimental", "false")
                .add("Ostype", "linux")
                .add("Server", server)
                .add("Builder-Version", "1")
                .add("Cache-Control", "no-cache, no-store, must-revalidate")
                .add("Pragma", "no-cache");
        try {
            ControlCharacters.inPathOf(request.uri()).ifPresent(what -> {
                throw new DockerRefusal(400, what);
            });
            ApiVersion version = ApiVersion.of(request.path());
            DockerApi.Operation operation = DockerApi.find(request.method().name(), version.path()).orElseThrow(DockerRequests::noPage);
            Routes.Found found = routes.find(request.method(), version.path()).orElseThrow(() -> unknown(request.method(), version.path()));
            String name = found.name() == null ? null : decode(found.name());
            if (found.handler() instanceof Routes.Handler.Uploading) {
                request.pause();
                dispatch(found.handler(), new Call(request, operation, version.minor(), name, Buffer.buffer(), null), door);
                return;
            }
            withBody(request, body -> dispatch(found.handler(), new Call(request, operation, version.minor(), name, body, null), door));
        } catch (RuntimeException e) {
            // a body that nobody will read must not be taken for the next request
            response.putHeader("Connection", "close");
            door.who(request).onComplete(known -> answer(response, known.succeeded() ? e : known.cause()));
        }
    }

    /** For what is no request at all. */
    public void refuse(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        response.putHeader("Connection", "close");
        send(response, error(InvalidRequests.of(request.decoderResult().cause())));
    }

    private static String decode(String name) {
        return URLDecoder.decode(name.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private void dispatch(Routes.Handler handler, Call call, Door door) {
        HttpServerResponse response = call.request().response();
        switch (handler) {
            case Routes.Handler.Replying(var replying) -> reply(response, admit(call, door, replying::answer));
            case Routes.Handler.Responding(var responding) ->
                    admit(call, door, responding::answer).onFailure(e -> answer(response, e));
            case Routes.Handler.Uploading(var uploading) -> admit(call, door, uploading::answer).onFailure(e -> {
                if (!response.headWritten()) {
                    // what is left of the body must not be taken for the next request
                    response.putHeader("Connection", "close");
                }
                answer(response, e);
            });
            case Routes.Handler.Hijacking(var asked, var raw, var otherwise) -> {
                try {
                    if (!asked.test(call)) {
                        reply(response, admit(call, door, otherwise::answer));
                        return;
                    }
                } catch (DockerRefusal e) {
                    reply(response, admit(call, door, _ -> Future.failedFuture(e)));
                    return;
                }
                Hijack client = Hijack.take(call.request());
                admit(call, door, admitted -> raw.answer(admitted, client)).onFailure(e -> RawHead.refuse(client, error(e)));
            }
        }
    }

    private interface Action<T> {
        Future<T> of(Call call);
    }

    private <T> Future<T> admit(Call call, Door door, Action<T> action) {
        return door.who(call.request()).compose(caller -> {
            call.check();
            return scopes.pass(call.from(caller)).compose(action::of).recover(e -> Future.failedFuture(Admission.discreet(caller, e)));
        });
    }

    private static void reply(HttpServerResponse response, Future<Reply> reply) {
        reply.onSuccess(answer -> send(response, answer)).onFailure(e -> answer(response, e));
    }

    private static void answer(HttpServerResponse response, Throwable e) {
        if (response.headWritten()) {
            response.reset();
        } else if (!response.closed()) {
            send(response, error(e));
        }
    }

    private static void send(HttpServerResponse response, Reply reply) {
        if (response.closed() || response.ended()) {
            return;
        }
        response.setStatusCode(reply.status());
        if (reply.body() == null) {
            response.end();
        } else {
            response.putHeader("Content-Type", "application/json").end(reply.body());
        }
    }

    private static Reply error(Throwable e) {
        return switch (e) {
            case DockerRefusal refusal -> Reply.error(refusal.status(), refusal.getMessage());
            case NumberFormatException number -> Reply.error(400, "not a number: " + String.valueOf(number.getMessage()).replaceFirst("^For input string: ", ""));
            default -> error(GatewayProblems.of(e));
        };
    }

    private static Reply error(Problem problem) {
        return Reply.error(problem.status(), problem.hint() == null ? problem.detail() : problem.detail() + " (" + problem.hint() + ")");
    }

    /** In the words of Docker's daemon. */
    private static DockerRefusal noPage() {
        return new DockerRefusal(404, "page not found");
    }

    private static DockerRefusal unknown(HttpMethod method, String path) {
        return DockerRefusal.notSupported(method + " " + path);
    }

    /** Synchronous when there is no body. */
    private static void withBody(HttpServerRequest request, Consumer<Buffer> then) {
        String length = request.getHeader("Content-Length");
        if ((length == null || length.equals("0")) && request.getHeader("Transfer-Encoding") == null) {
            then.accept(Buffer.buffer());
            return;
        }
        SmallBody.read(request, LARGEST_BODY).onSuccess(then::accept).onFailure(e -> answer(request.response(), e));
    }
}
