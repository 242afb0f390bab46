package io.gantry.gateway.docker.api;

import io.gantry.gateway.docker.hijack.Hijack;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** The endpoints we have. A template has at most one {@code {…}}, which may hold slashes. */
public final class Routes {
    /** How an endpoint answers. */
    sealed interface Handler {
        /** With one short answer. */
        interface Short {
            Future<Reply> answer(Call call);
        }

        /** With a stream, on the response, which it heads itself. */
        interface Streaming {
            Future<Void> answer(Call call);
        }

        /** By taking the connection over; a failure is answered as long as it has sent nothing. */
        interface Raw {
            Future<Void> answer(Call call, Hijack client);
        }

        record Replying(Short handler) implements Handler {}

        record Responding(Streaming handler) implements Handler {}

        /** Its body is not read before: the request is paused, and the call's body empty. */
        record Uploading(Streaming handler) implements Handler {}

        /** @param otherwise for calls that don't ask for the connection */
        record Hijacking(Predicate<Call> asked, Raw handler, Short otherwise) implements Handler {}
    }

    record Found(Handler handler, String name) {}

    private record Route(HttpMethod method, Pattern path, Handler handler) {}

    private final List<Route> routes = new ArrayList<>();

    void reply(HttpMethod method, String template, Handler.Short handler) {
        add(method, template, new Handler.Replying(handler));
    }

    void respond(HttpMethod method, String template, Handler.Streaming handler) {
        add(method, template, new Handler.Responding(handler));
    }

    void upload(HttpMethod method, String template, Handler.Streaming handler) {
        add(method, template, new Handler.Uploading(handler));
    }

    void hijack(HttpMethod method, String template, Predicate<Call> asked, Handler.Raw handler, Handler.Short otherwise) {
        add(method, template, new Handler.Hijacking(asked, handler, otherwise));
    }

    Optional<Found> find(HttpMethod method, String path) {
        for (Route route : routes) {
            var match = route.path().matcher(path);
            if (route.method().equals(method) && match.matches()) {
                return Optional.of(new Found(route.handler(), match.groupCount() == 0 ? null : match.group(1)));
            }
        }
        return Optional.empty();
    }

    private void add(HttpMethod method, String template, Handler handler) {
        routes.add(new Route(method, Pattern.compile(template.replaceAll("\\{[a-z]+}", "(.+)")), handler));
    }
}
