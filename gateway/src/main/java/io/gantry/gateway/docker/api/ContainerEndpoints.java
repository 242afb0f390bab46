package io.gantry.gateway.docker.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.view.ContainerSize;
import io.gantry.contracts.view.ContainerView;
import io.gantry.gateway.docker.DockerConfig;
import io.gantry.gateway.docker.core.ContainerForms;
import io.gantry.gateway.docker.core.CreateBody;
import io.gantry.gateway.docker.core.DockerNames;
import io.gantry.gateway.docker.core.DockerRefusal;
import io.gantry.gateway.docker.core.DockerStates;
import io.gantry.gateway.docker.core.Links;
import io.gantry.gateway.docker.core.ListFilters;
import io.gantry.gateway.docker.core.NetworkIds;
import io.gantry.gateway.docker.core.Networking;
import io.gantry.gateway.docker.core.SummaryText;
import io.gantry.gateway.docker.core.UpdateBody;
import io.gantry.gateway.known.KnownContainer;
import io.gantry.gateway.route.Departure;
import io.gantry.gateway.route.Part;
import io.gantry.gateway.route.PartClient;
import io.gantry.gateway.route.StreamHead;
import io.gantry.gateway.route.Withdrawal;
import io.gantry.gateway.scope.Admission;
import io.gantry.gateway.scope.Belongings;
import io.gantry.kit.time.World;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A container's life in Docker's verbs. container-service does the waiting that these verbs promise. */
@Singleton
class ContainerEndpoints {
    /** How clients may say it. */
    private static final Set<String> KILL = Set.of("SIGKILL", "KILL", "9");
    /** Old clients send so much where they send nothing: {@code null}, {@code {}} and blanks. */
    private static final int LONGEST_OF_NO_BODY = 7;
    /** From this minor version on a stop can have a signal of its own. */
    private static final int SIGNAL_OF_A_STOP = 42;

    /** In characters; what is longer is told all the same. */
    private static final int LONGEST_STATUS = 48;

    /** How lists of containers are written, by the lowest version that is told so. */
    private static final Map<Integer, KnownContainer.Form<SummaryText>> FORMS = new ConcurrentHashMap<>();

    private final PartClient parts;
    private final DockerContainers containers;
    private final ImageEndpoints images;
    private final NetworkLookup networks;
    private final Belongings belongings;
    private final Admission admission;
    private final ContainerSizes sizes;
    private final Set<String> sockets;
    private final World world;

    @Inject
    ContainerEndpoints(
            PartClient parts, DockerContainers containers, ImageEndpoints images, NetworkLookup networks, Belongings belongings, Admission admission, ContainerSizes sizes, DockerConfig config,
            World world) {
        // our own, too: a client that came by it names it
        this.sockets = Stream.concat(DockerNames.SOCKETS.stream(), config.socket().map(path -> path.toAbsolutePath().toString()).stream()).collect(Collectors.toUnmodifiableSet());
        this.belongings = belongings;
        this.admission = admission;
        this.sizes = sizes;
        this.parts = parts;
        this.containers = containers;
        this.images = images;
        this.networks = networks;
        this.world = world;
    }

    void register(Routes routes) {
        routes.reply(HttpMethod.GET, "/containers/json", this::list);
        routes.reply(HttpMethod.POST, "/containers/create", this::create);
        routes.reply(HttpMethod.GET, "/containers/{ref}/json", this::inspect);
        routes.reply(HttpMethod.POST, "/containers/{ref}/start", this::start);
        routes.reply(HttpMethod.POST, "/containers/{ref}/stop", this::stop);
        routes.reply(HttpMethod.POST, "/containers/{ref}/restart", call -> containers.act(call.name(), "/restart" + ending(call)).map(Reply.empty(204)));
        routes.reply(HttpMethod.POST, "/containers/{ref}/kill", this::kill);
        routes.reply(HttpMethod.POST, "/containers/{ref}/pause", this::pause);
        routes.reply(HttpMethod.POST, "/containers/{ref}/unpause", this::unpause);
        routes.reply(HttpMethod.POST, "/containers/{ref}/rename", this::rename);
        routes.reply(HttpMethod.POST, "/containers/{ref}/update", this::update);
        routes.reply(HttpMethod.DELETE, "/containers/{ref}", this::remove);
        routes.respond(HttpMethod.POST, "/containers/{ref}/wait", this::await);
    }

    private Future<Reply> inspect(Call call) {
        return containers.find(call.name()).compose(container -> sizes(call, List.of(container))
                .map(sizes -> Reply.ok(ContainerSizes.put(ContainerForms.inspect(container, call.minor()), sizes.get(container.id())))));
    }

    private Future<Map<ContainerId, ContainerSize>> sizes(Call call, List<ContainerView> those) {
        return call.flag("size") ? sizes.of(those) : Future.succeededFuture(Map.of());
    }

    private Future<Reply> list(Call call) {
        ListFilters filters = ListFilters.parse(call.parameter("filters"));
        int most = call.parameter("limit") == null ? 0 : Integer.parseInt(call.parameter("limit"));
        boolean all = call.flag("all") || filters.wantsAll() || most > 0;
        return belongings.knownContainers(call.caller()).compose(known -> {
            Predicate<ContainerView> wanted = filters.among(known.stream().map(KnownContainer::view).toList());
            List<KnownContainer> those = known.stream()
                    .filter(one -> all || DockerStates.running(one.view()) || DockerStates.restarting(one.view()))
                    .filter(one -> wanted.test(one.view()))
                    .limit(most <= 0 ? Long.MAX_VALUE : most)
                    .toList();
            KnownContainer.Form<SummaryText> form = FORMS.computeIfAbsent(SummaryText.likeVersion(call.minor()), minor -> view -> SummaryText.of(view, minor));
            return call.flag("size")
                    ? withSizes(call, those.stream().map(KnownContainer::view).toList())
                    : Future.succeededFuture(Reply.ok(written(those.stream().map(one -> one.as(form)).toList())));
        });
    }

    private Future<Reply> withSizes(Call call, List<ContainerView> those) {
        return sizes.of(those).map(sizes -> {
            ArrayNode list = Json.mapper().createArrayNode();
            those.forEach(one -> list.add(ContainerSizes.put(ContainerForms.summary(one, call.minor(), world.now()), sizes.get(one.id()))));
            return Reply.ok(list);
        });
    }

    private Buffer written(List<SummaryText> entries) {
        Instant now = world.now();
        Buffer list = Buffer.buffer(entries.stream().mapToInt(entry -> entry.length() + LONGEST_STATUS).sum() + LONGEST_STATUS).appendString("[");
        for (SummaryText entry : entries) {
            if (list.length() > 1) {
                list.appendString(",");
            }
            list.appendBytes(entry.beforeStatus()).appendString(entry.status(now)).appendBytes(entry.behindStatus());
        }
        return list.appendString("]\n");
    }

    private Future<Reply> create(Call call) {
        JsonNode body = call.json();
        String image = CreateBody.image(body);
        if (image.isEmpty()) {
            throw new DockerRefusal(400, "config cannot be empty in order to create a container");
        }
        String name = call.parameter("name");
        Future<NetworkIds> ids = Networking.namesIds(body) ? networks.networks() : Future.succeededFuture(NetworkIds.UNKNOWN);
        Future<List<ContainerView>> others = Links.any(body) ? belongings.containers(call.caller()) : Future.succeededFuture(List.of());
        return images.resolve(image, call.parameter("platform"))
                .compose(ref -> Future.join(ids, others).map(ref))
                .compose(ref -> {
                    CreateBody asked = CreateBody.read(body, ref, name == null ? null : DockerNames.bare(name), call.minor(), ids.result(), sockets, others.result());
                    return admission.volumes(call.caller(), asked.volumes()).compose(_ -> admission.container(call.caller(), asked.request()));
                })
                .compose(request -> parts.call(Part.CONTAINER, HttpMethod.POST, "/containers", request, DockerContainers.PRINCIPAL))
                .recover(e -> Future.failedFuture(Admission.discreet(call.caller(), e)))
                .recover(e -> containers.creation(call.caller(), e, image, name))
                .map(view -> {
                    ObjectNode json = Json.mapper().createObjectNode().put("Id", view.path("id").asText());
                    json.set("Warnings", view.path("warnings").isArray() ? view.path("warnings") : Json.mapper().createArrayNode());
                    return new Reply(201, json);
                });
    }

    /** What was to be removed at its end and didn't begin is removed at once: its client waits for that. */
    private Future<Reply> start(Call call) {
        if (call.body().length() > LONGEST_OF_NO_BODY) {
            throw new DockerRefusal(400, "starting container with non-empty request body was deprecated since API v1.22 and removed in v1.24");
        }
        return containers.act(call.name(), "/start").map(ContainerEndpoints::changed).onFailure(e -> containers.find(call.name())
                .onSuccess(container -> {
                    if (container.spec().removedAtItsEnd() && !DockerStates.running(container)) {
                        containers.remove(container.id(), true, true);
                    }
                }));
    }

    private Future<Reply> stop(Call call) {
        return containers.act(call.name(), "/stop" + ending(call)).map(ContainerEndpoints::changed);
    }

    private Future<Reply> kill(Call call) {
        String signal = call.parameter("signal");
        return containers.find(call.name()).compose(container -> {
            if (!DockerStates.running(container)) {
                throw new DockerRefusal(409, "cannot kill container: " + call.name() + ": container " + container.id() + " is not running");
            }
            return (signal == null || KILL.contains(signal.toUpperCase(Locale.ROOT))
                            ? containers.kill(container.id())
                            : containers.act(container.id().value(), "/kill?signal=" + DockerContainers.encode(signal)).mapEmpty())
                    .map(Reply.empty(204));
        });
    }

    private Future<Reply> pause(Call call) {
        return containers.find(call.name()).compose(container -> {
            if (container.state() == ContainerView.State.PAUSED) {
                throw new DockerRefusal(409, "Container " + call.name() + " is already paused");
            }
            if (!DockerStates.running(container)) {
                throw new DockerRefusal(409, "Container " + container.id() + " is not running");
            }
            return containers.act(container.id().value(), "/pause").map(Reply.empty(204));
        });
    }

    private Future<Reply> unpause(Call call) {
        return containers.find(call.name()).compose(container -> {
            if (container.state() != ContainerView.State.PAUSED) {
                throw new DockerRefusal(409, "Container " + container.id() + " is not paused");
            }
            return containers.act(container.id().value(), "/unpause").map(Reply.empty(204));
        });
    }

    private Future<Reply> rename(Call call) {
        String name = call.parameter("name");
        if (name == null) {
            throw new DockerRefusal(400, "Neither old nor new names may be empty");
        }
        return containers.find(call.name()).compose(container -> {
            if (container.name().equals(DockerNames.bare(name))) {
                throw new DockerRefusal(400, "Renaming a container with the same name as its current name");
            }
            return containers.rename(call.caller(), call.name(), DockerNames.bare(name)).map(Reply.empty(204));
        });
    }

    private Future<Reply> update(Call call) {
        JsonNode body = call.json();
        return containers.find(call.name())
                .compose(container -> UpdateBody.read(body, container.spec())
                        .map(patch -> containers.update(container.id(), patch))
                        .orElseGet(Future::succeededFuture))
                .map(_ -> {
                    ObjectNode json = Json.mapper().createObjectNode();
                    json.putArray("Warnings");
                    return Reply.ok(json);
                });
    }

    private Future<Reply> remove(Call call) {
        boolean force = call.flag("force");
        return containers.find(call.name()).compose(container -> {
            if (container.state() == ContainerView.State.PAUSED && !force) {
                throw new DockerRefusal(409, "cannot remove container \"/" + container.name() + "\": container is paused and must be unpaused first");
            }
            if (DockerStates.running(container) && !force) {
                throw new DockerRefusal(
                        409,
                        "cannot remove container \"/" + container.name() + "\": container is running: stop the container before removing or force remove");
            }
            if (DockerStates.restarting(container) && !force) {
                throw new DockerRefusal(
                        409,
                        "cannot remove container \"/" + container.name() + "\": container is restarting: stop the container before removing or force remove");
            }
            return containers.remove(container.id(), force, call.flag("v")).map(Reply.empty(204));
        });
    }

    /** The head goes out when container-service has begun to wait: a start after it can't be missed. */
    private Future<Void> await(Call call) {
        String condition = call.parameter("condition");
        var response = call.request().response();
        return parts.open(
                        Part.CONTAINER,
                        "/containers/" + DockerContainers.encode(DockerNames.bare(call.name())) + "/wait?condition=" + DockerContainers.encode(condition == null ? "not-running" : condition),
                        DockerContainers.PRINCIPAL)
                .recover(e -> Future.failedFuture(DockerContainers.explain(e, call.name())))
                .compose(wait -> {
                    if (!Departure.watch(response, Withdrawal.of(wait))) {
                        return Future.succeededFuture();
                    }
                    response.putHeader("Content-Type", "application/json");
                    StreamHead.send(call.request());
                    return wait.body().compose(body -> {
                        JsonNode ended = Json.read(body.toString(), JsonNode.class);
                        ObjectNode json = Json.mapper().createObjectNode().put("StatusCode", ended.path("exitCode").asInt());
                        if (ended.path("error").isTextual()) {
                            json.putObject("Error").put("Message", ended.path("error").asText());
                        }
                        return response.end(json.toString());
                    });
                });
    }

    private static Reply changed(PartClient.Answer answer) {
        return Reply.empty("false".equals(answer.headers().get("Gantry-Changed")) ? 304 : 204);
    }

    /** How it is asked to end. */
    private static String ending(Call call) {
        List<String> query = new ArrayList<>();
        String seconds = call.parameter("t");
        if (seconds != null) {
            int given = Integer.parseInt(seconds);
            // Docker's "wait for ever"
            query.add("grace=PT" + (given < 0 ? Integer.MAX_VALUE : given) + "S");
        }
        if (call.minor() >= SIGNAL_OF_A_STOP && call.parameter("signal") != null) {
            query.add("signal=" + DockerContainers.encode(call.parameter("signal")));
        }
        return query.isEmpty() ? "" : "?" + String.join("&", query);
    }
}
