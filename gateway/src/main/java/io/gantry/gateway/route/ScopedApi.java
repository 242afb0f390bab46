package io.gantry.gateway.route;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.view.ContainerRequest;
import io.gantry.contracts.view.Items;
import io.gantry.contracts.view.NetworkRequest;
import io.gantry.contracts.view.VolumeRequest;
import io.gantry.contracts.view.VolumeView;
import io.gantry.gateway.auth.Caller;
import io.gantry.gateway.registry.RegistryDoor;
import io.gantry.gateway.scope.Admission;
import io.gantry.gateway.scope.Belongings;
import io.gantry.gateway.stream.VolumeUsage;
import io.gantry.kit.problem.Refused;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * REST for callers with a scope, in front of all routes. What a path names must be theirs and goes on under its id; lists have theirs alone; what they make
 * is made as {@link Admission} has it. What isn't named here is not for them.
 */
@Singleton
class ScopedApi {
    private static final String ADMITTED = "gantry.admitted";
    private static final String API = "/api/v1/";
    private static final int LARGEST = 4 << 20;
    private static final Duration LONGEST = Duration.ofHours(24);

    /** Neither what tells of the host, or of others beside it, nor what looks in with the host's rights. */
    private static final Set<String> OF_A_CONTAINER = Set.of(
            "", "history", "start", "stop", "restart", "kill", "pause", "unpause", "rename", "wait", "logs", "stats", "processes", "attach", "archive", "export",
            "changes", "size", "commit", "execs", "port-forward");

    /** Lists that go on as things change, of what is theirs. */
    private static final Set<String> WATCHED = Set.of("containers", "networks", "volumes", "images");

    /** What is told of an image, behind its reference. */
    private static final Pattern OF_AN_IMAGE = Pattern.compile("/(?:report|diff|check)$");

    /** As image-service takes it. */
    private record TagOrder(String source, ImageRef target) {
        TagOrder {
            if (source == null || target == null) {
                throw new BadField(source == null ? "source" : "target", "an image and the name that it shall have are needed", "write for example {\"source\": \"shop/web:1\", \"target\": \"shop/web:2\"}");
            }
        }
    }

    private final PartClient parts;
    private final Belongings belongings;
    private final Admission admission;
    private final VolumeUsage usage;
    private final ObjectMapper json;

    @Inject
    ScopedApi(PartClient parts, Belongings belongings, Admission admission, VolumeUsage usage, ObjectMapper json) {
        this.usage = usage;
        this.parts = parts;
        this.belongings = belongings;
        this.admission = admission;
        this.json = json;
    }

    /** It has been here already. */
    static boolean admitted(RoutingContext context) {
        return context.get(ADMITTED) != null;
    }

    /** Answers, or lets the request go on. It is paused. */
    void admit(RoutingContext context, Caller caller) {
        try {
            route(context, caller).onFailure(e -> fail(context, caller, e));
        } catch (RuntimeException e) {
            fail(context, caller, e);
        }
    }

    private static void fail(RoutingContext context, Caller caller, Throwable e) {
        // a body that nobody reads must not be taken for the next request
        context.response().putHeader("Connection", "close");
        context.request().resume();
        GatewayProblems.answer(context.response(), Admission.discreet(caller, e));
    }

    private Future<?> route(RoutingContext context, Caller caller) {
        String path = context.normalizedPath();
        if (RegistryDoor.leadsTo(path)) {
            // image-service hears of the scope, and sees to what is pushed, named and read
            return goOn(context, path);
        }
        if (path.equals("/api/v1") || !path.startsWith(API)) {
            return path.startsWith("/api/v1") ? goOn(context, path) : notTheirs(context, caller);
        }
        if (is(context, HttpMethod.POST) && context.request().headers().contains("Idempotency-Key")) {
            // it comes once more without its key
            return goOn(context, path);
        }
        String[] words = path.substring(API.length()).split("/", 3);
        String rest = words.length > 1 ? path.substring(API.length() + words[0].length() + 1) : "";
        if (rest.isEmpty() && is(context, HttpMethod.GET) && context.queryParams().contains("watch") && WATCHED.contains(words[0])) {
            // what is watched is chosen there
            return goOn(context, path);
        }
        return switch (words[0]) {
            case "", "version", "events" -> goOn(context, path);
            case "containers" -> rest.isEmpty() ? containers(context, caller) : container(context, caller, words);
            case "execs" -> words.length < 3 ? notTheirs(context, caller) : belongings.container(caller, decode(words[1])).compose(found -> goOn(context, API + "execs/" + found.id() + "/" + words[2]));
            case "networks" -> rest.isEmpty() ? networks(context, caller) : network(context, caller, words);
            case "volumes" -> rest.isEmpty() ? volumes(context, caller) : rest.equals("prune") ? pruned(context, caller) : volume(context, caller, words);
            case "images" -> rest.isEmpty() ? listed(context, Part.IMAGE, caller, one -> one.path("image").path("config").path("labels")) : rest.equals("gc") && is(context, HttpMethod.POST) ? notTheirs(context, caller) : image(context, caller, decode(rest));
            case "tags" -> is(context, HttpMethod.POST) ? tag(context, caller) : notTheirs(context, caller);
            // image-service hears of the scope, and sees to what is made, named and read
            case "builds", "imports", "pulls", "pushes" -> rest.isEmpty() && is(context, HttpMethod.POST) ? goOn(context, path) : notTheirs(context, caller);
            case "archives" -> rest.isEmpty() ? goOn(context, path) : notTheirs(context, caller);
            default -> notTheirs(context, caller);
        };
    }

    private Future<?> containers(RoutingContext context, Caller caller) {
        if (!is(context, HttpMethod.POST)) {
            return listed(context, Part.CONTAINER, caller, one -> one.path("spec").path("labels"));
        }
        return body(context, ContainerRequest.class, "write for example {\"spec\": {\"image\": \"shop/web:1.2\"}}")
                .compose(request -> admission.container(caller, request))
                .compose(request -> made(context, Part.CONTAINER, request, caller));
    }

    private Future<?> container(RoutingContext context, Caller caller, String[] words) {
        String verb = words.length > 2 ? words[2] : "";
        if (verb.startsWith("networks/")) {
            return belongings.container(caller, decode(words[1])).compose(found -> belongings.network(caller, decode(verb.substring("networks/".length())))
                    .compose(network -> goOn(context, API + "containers/" + found.id() + "/networks/" + network.name())));
        }
        return OF_A_CONTAINER.contains(verb)
                ? belongings.container(caller, decode(words[1])).compose(found -> goOn(context, API + "containers/" + found.id() + (verb.isEmpty() ? "" : "/" + verb)))
                : notTheirs(context, caller);
    }

    private Future<?> networks(RoutingContext context, Caller caller) {
        if (!is(context, HttpMethod.POST)) {
            return listed(context, Part.NETWORK, caller, one -> one.path("labels"));
        }
        return body(context, NetworkRequest.class, "write for example {\"name\": \"back\"}")
                .compose(request -> made(context, Part.NETWORK, admission.network(caller, request), caller));
    }

    private Future<?> network(RoutingContext context, Caller caller, String[] words) {
        return words.length > 2 ? notTheirs(context, caller) : belongings.network(caller, decode(words[1])).compose(found -> goOn(context, API + "networks/" + found.id()));
    }

    private Future<?> volumes(RoutingContext context, Caller caller) {
        if (!is(context, HttpMethod.POST)) {
            return volumeList(context, caller);
        }
        return body(context, VolumeRequest.class, "write for example {\"name\": \"data\"}")
                .compose(request -> admission.volume(caller, request))
                .compose(volume -> answer(context, 201, volume));
    }

    /** What lies in them is asked of their nodes, and of nobody else's. */
    private Future<Void> volumeList(RoutingContext context, Caller caller) {
        return belongings.volumes(caller).compose(own -> {
            Set<String> theirs = own.stream().map(VolumeView::name).collect(Collectors.toSet());
            String asked = context.request().getParam("usage");
            if (asked == null || asked.equals("false")) {
                return listed(context, Part.CONTAINER, one -> theirs.contains(one.path("name").asText()));
            }
            context.request().resume();
            String query = context.queryParams().entries().stream()
                    .filter(one -> !one.getKey().equals("usage"))
                    .map(one -> one.getKey() + "=" + URLEncoder.encode(one.getValue(), StandardCharsets.UTF_8))
                    .collect(Collectors.joining("&"));
            return parts.list(Part.CONTAINER, "/volumes?" + query, VolumeView.class)
                    .compose(found -> usage.in(found.stream().filter(one -> theirs.contains(one.name())).toList()))
                    .compose(measured -> answer(context, 200, new Items<>(measured)));
        });
    }

    private Future<?> volume(RoutingContext context, Caller caller, String[] words) {
        return words.length > 2 && !words[2].equals("archive")
                ? notTheirs(context, caller)
                : belongings.volume(caller, decode(words[1])).compose(found -> goOn(context, API + "volumes/" + found.id() + (words.length > 2 ? "/archive" : "")));
    }

    private Future<?> pruned(RoutingContext context, Caller caller) {
        String label = caller.scope().map(scope -> URLEncoder.encode(scope.key() + "=" + scope.value(), StandardCharsets.UTF_8)).orElseThrow();
        return goOn(context, API + "volumes/prune", "label=" + label);
    }

    private Future<?> image(RoutingContext context, Caller caller, String reference) {
        if (!is(context, HttpMethod.GET)) {
            return belongings.ownImage(caller, reference).compose(_ -> goOn(context, context.normalizedPath()));
        }
        return belongings.usableImage(caller, OF_AN_IMAGE.matcher(reference).replaceFirst(""))
                .compose(_ -> reference.endsWith("/diff") ? belongings.usableImage(caller, context.request().getParam("to", "")) : Future.succeededFuture())
                .compose(_ -> goOn(context, context.normalizedPath()));
    }

    private Future<?> tag(RoutingContext context, Caller caller) {
        return body(context, TagOrder.class, "write for example {\"source\": \"shop/web:1\", \"target\": \"shop/web:2\"}")
                .compose(request -> belongings.ownImage(caller, request.source())
                        .compose(_ -> belongings.imageName(caller, request.target()))
                        .compose(_ -> made(context, Part.IMAGE, request, caller)));
    }

    private static Future<Void> notTheirs(RoutingContext context, Caller caller) {
        return Future.failedFuture(new Refused(
                ProblemType.FORBIDDEN, context.request().method() + " " + context.normalizedPath() + " is not for a token of the scope " + caller.scope().orElseThrow(),
                "use a token without a scope"));
    }

    private static Future<Void> goOn(RoutingContext context, String path) {
        return goOn(context, path, null);
    }

    /** @param further of a query; {@code null} for nothing */
    private static Future<Void> goOn(RoutingContext context, String path, String further) {
        context.put(ADMITTED, Boolean.TRUE);
        String query = context.request().query();
        String all = query == null ? further : further == null ? query : query + "&" + further;
        if (path.equals(context.normalizedPath()) && further == null) {
            context.next();
        } else {
            context.reroute(context.request().method(), all == null ? path : path + "?" + all);
        }
        return Future.succeededFuture();
    }

    private Future<?> listed(RoutingContext context, Part part, Caller caller, Function<JsonNode, JsonNode> labels) {
        return listed(context, part, one -> caller.owns(labels(labels.apply(one))));
    }

    /** What the service lists, without what isn't theirs; what else it says of the list stays. */
    private Future<Void> listed(RoutingContext context, Part part, Predicate<JsonNode> theirs) {
        HttpServerRequest request = context.request();
        if (!is(context, HttpMethod.GET)) {
            return Future.failedFuture(new Refused(ProblemType.METHOD_NOT_ALLOWED, "there are GET and POST", null));
        }
        request.resume();
        String query = request.query() == null ? "" : "?" + request.query();
        return parts.get(part, context.normalizedPath().substring("/api/v1".length()).replaceAll("/$", "") + query).compose(found -> {
            ArrayNode items = (ArrayNode) found.path("items");
            for (int i = items.size() - 1; i >= 0; i--) {
                if (!theirs.test(items.get(i))) {
                    items.remove(i);
                }
            }
            return answer(context, 200, found);
        });
    }

    private static Map<String, String> labels(JsonNode node) {
        Map<String, String> labels = new HashMap<>();
        node.fields().forEachRemaining(one -> labels.put(one.getKey(), one.getValue().asText()));
        return labels;
    }

    private Future<?> made(RoutingContext context, Part part, Object request, Caller caller) {
        String query = context.request().query() == null ? "" : "?" + context.request().query();
        return parts.call(part, HttpMethod.POST, context.normalizedPath().substring("/api/v1".length()) + query, request, caller.principal(), LONGEST)
                .compose(answer -> answer(context, 201, answer.body()));
    }

    private static Future<Void> answer(RoutingContext context, int status, Object body) {
        return context.response().setStatusCode(status).putHeader("Content-Type", "application/json").end(Json.write(body));
    }

    /** As the services read their bodies. */
    private <T> Future<T> body(RoutingContext context, Class<T> type, String hint) {
        return SmallBody.read(context.request(), LARGEST).map(bytes -> {
            try {
                T read = bytes.length() == 0 ? null : json.readValue(bytes.toString(), type);
                if (read == null) {
                    throw new Refused(ProblemType.INVALID_FIELD, "the body is empty", hint);
                }
                return read;
            } catch (JsonProcessingException e) {
                throw new IllegalArgumentException(e.getOriginalMessage(), e);
            }
        });
    }

    private static boolean is(RoutingContext context, HttpMethod method) {
        return context.request().method().equals(method);
    }

    private static String decode(String word) {
        return URLDecoder.decode(word.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
