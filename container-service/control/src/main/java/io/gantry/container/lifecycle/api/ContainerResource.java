package io.gantry.container.lifecycle.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.gantry.container.lifecycle.core.Container;
import io.gantry.container.lifecycle.core.ContainerCommand;
import io.gantry.container.lifecycle.store.ContainerQueries;
import io.gantry.container.lifecycle.store.Containers;
import io.gantry.contracts.id.Projects;
import io.gantry.contracts.problem.Problem;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.problem.Refusal;
import io.gantry.contracts.spec.NetworkUse;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.spec.StopPolicy;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.unit.MacAddress;
import io.gantry.contracts.view.ConnectRequest;
import io.gantry.contracts.view.ContainerPatch;
import io.gantry.contracts.view.ContainerRequest;
import io.gantry.contracts.view.ContainerView;
import io.gantry.contracts.view.HistoryEntry;
import io.gantry.contracts.view.Items;
import io.gantry.kit.page.Choice;
import io.gantry.kit.page.LabelFilter;
import io.gantry.kit.page.Page;
import io.gantry.kit.problem.BadJson;
import io.gantry.kit.problem.Refused;
import io.gantry.kit.version.IfMatch;
import io.gantry.kit.version.Tag;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.net.URI;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jboss.resteasy.reactive.RestResponse;

/** {@code ref} is an id, the beginning of one, or a name. {@code wait} is in {@link WaitRoute}. */
@Path("/container-service/containers")
@Produces(MediaType.APPLICATION_JSON)
public class ContainerResource {
    /** {@code false} where the container was already what was asked. */
    static final String CHANGED = "Gantry-Changed";

    private static final Set<ContainerView.State> RUNS = EnumSet.of(ContainerView.State.RUNNING, ContainerView.State.STOPPING, ContainerView.State.PAUSED);

    private final Creation creation;
    private final Containers containers;
    private final ContainerQueries queries;
    private final ContainerViews views;
    private final Waiting waiting;

    @Inject
    ContainerResource(
            Creation creation, Containers containers, ContainerQueries queries, ContainerViews views, Waiting waiting) {
        this.creation = creation;
        this.containers = containers;
        this.queries = queries;
        this.views = views;
        this.waiting = waiting;
    }

    @POST
    public Uni<RestResponse<ContainerView>> create(ContainerRequest request) {
        return creation.create(Projects.DEFAULT, request)
                .chain(made -> views.of(made.container(), made.warnings())
                        .map(view -> RestResponse.ResponseBuilder.create(RestResponse.Status.CREATED, view)
                                .location(URI.create("/container-service/containers/" + view.id()))
                                .header(Tag.HEADER, Tag.quoted(made.container().wishVersion()))
                                .build()));
    }

    @GET
    public Uni<Items<ContainerView>> list(
            @QueryParam("all") boolean all,
            @QueryParam("label") List<String> labels,
            @QueryParam("name") String name,
            @QueryParam("deployment") String deployment,
            @QueryParam("state") List<String> states,
            @QueryParam("node") String node,
            @QueryParam("image") String image,
            @QueryParam("limit") Integer limit,
            @QueryParam("cursor") String cursor) {
        Page page = Page.asked(limit, cursor);
        Set<ContainerView.State> words = states.isEmpty() && !all ? RUNS : Choice.among(ContainerView.State.class, "state", states);
        ContainerQueries.Filter filter = new ContainerQueries.Filter(words, LabelFilter.of(labels), name, deployment, node, image);
        return queries.list(Projects.DEFAULT, filter, page)
                .chain(found -> views.of(found.items()).map(shown -> new Items<>(shown, found.next())));
    }

    @GET
    @Path("{ref}")
    public Uni<RestResponse<ContainerView>> get(@PathParam("ref") String ref) {
        return queries.look(Projects.DEFAULT, ref)
                .map(found -> RestResponse.ResponseBuilder.ok(ContainerViews.view(found)).header(Tag.HEADER, Tag.quoted(found.container().wishVersion())).build());
    }

    @GET
    @Path("{ref}/history")
    public Uni<Items<HistoryEntry>> history(@PathParam("ref") String ref, @QueryParam("limit") Integer limit, @QueryParam("cursor") String cursor) {
        Page page = Page.asked(limit, cursor);
        return queries.resolve(Projects.DEFAULT, ref).chain(container -> queries.history(container, page));
    }

    @POST
    @Path("{ref}/start")
    public Uni<RestResponse<ContainerView>> start(@PathParam("ref") String ref, @HeaderParam(IfMatch.HEADER) String ifMatch) {
        return act(ref, ifMatch, new ContainerCommand.Start(), waiting::started);
    }

    @POST
    @Path("{ref}/stop")
    public Uni<RestResponse<ContainerView>> stop(
            @PathParam("ref") String ref, @QueryParam("grace") String grace, @QueryParam("signal") String signal, @HeaderParam(IfMatch.HEADER) String ifMatch) {
        return act(ref, ifMatch, new ContainerCommand.Stop(duration(grace), Signals.ifNamed(signal)), waiting::stopped);
    }

    @POST
    @Path("{ref}/restart")
    public Uni<RestResponse<ContainerView>> restart(
            @PathParam("ref") String ref, @QueryParam("grace") String grace, @QueryParam("signal") String signal, @HeaderParam(IfMatch.HEADER) String ifMatch) {
        return act(ref, ifMatch, new ContainerCommand.Restart(duration(grace), Signals.ifNamed(signal)), waiting::started);
    }

    @POST
    @Path("{ref}/kill")
    public Uni<RestResponse<ContainerView>> kill(@PathParam("ref") String ref, @QueryParam("signal") String signal, @HeaderParam(IfMatch.HEADER) String ifMatch) {
        return act(ref, ifMatch, new ContainerCommand.Kill(Signals.named(signal)), Uni.createFrom()::item);
    }

    /** Answers when every process of it is held still. */
    @POST
    @Path("{ref}/pause")
    public Uni<RestResponse<ContainerView>> pause(@PathParam("ref") String ref, @HeaderParam(IfMatch.HEADER) String ifMatch) {
        return act(ref, ifMatch, new ContainerCommand.Pause(), waiting::paused);
    }

    @POST
    @Path("{ref}/unpause")
    public Uni<RestResponse<ContainerView>> unpause(@PathParam("ref") String ref, @HeaderParam(IfMatch.HEADER) String ifMatch) {
        return act(ref, ifMatch, new ContainerCommand.Unpause(), waiting::unpaused);
    }

    @POST
    @Path("{ref}/rename")
    public Uni<RestResponse<ContainerView>> rename(@PathParam("ref") String ref, @QueryParam("name") String name, @HeaderParam(IfMatch.HEADER) String ifMatch) {
        Creation.checkName(name == null ? "" : name);
        return queries.nameTaken(Projects.DEFAULT, name)
                .chain(taken -> queries.resolve(Projects.DEFAULT, ref).invoke(container -> {
                    if (taken && !container.name().equals(name)) {
                        throw Creation.nameInUse(name);
                    }
                }))
                .chain(() -> act(ref, ifMatch, new ContainerCommand.Rename(name), Uni.createFrom()::item))
                .onFailure(Creation::sameName)
                .transform(_ -> Creation.nameInUse(name));
    }

    /** Answers when its node has given the running container what differs; refused, all is as it was. */
    @PATCH
    @Path("{ref}")
    public Uni<RestResponse<ContainerView>> update(@PathParam("ref") String ref, @HeaderParam(IfMatch.HEADER) String ifMatch, ContainerPatch patch) {
        if (patch == null || patch.resources() == null && patch.restart() == null) {
            throw new Refused(
                    ProblemType.BAD_REQUEST, "neither resources nor restart is given", "send for example {\"resources\": {\"memory\": 67108864}}");
        }
        return act(ref, ifMatch, new ContainerCommand.Update(before -> merged(patch, before), patch.restart()), waiting::updated);
    }

    /** Answers when it has its address there, and its node has plugged it in if it runs. {@code network} is the network's name. */
    @POST
    @Path("{ref}/networks/{network}")
    public Uni<RestResponse<ContainerView>> connect(
            @PathParam("ref") String ref, @PathParam("network") String network, @HeaderParam(IfMatch.HEADER) String ifMatch, ConnectRequest request) {
        List<String> aliases = request == null ? List.of() : request.aliases();
        Ipv4 address = request == null ? null : request.address();
        MacAddress mac = request == null ? null : request.mac();
        return act(ref, ifMatch, new ContainerCommand.Connect(new NetworkUse(network, aliases, address, mac)), container -> waiting.connected(container, network));
    }

    /** Answers when nothing of it is left there. */
    @DELETE
    @Path("{ref}/networks/{network}")
    public Uni<RestResponse<ContainerView>> disconnect(
            @PathParam("ref") String ref, @PathParam("network") String network, @HeaderParam(IfMatch.HEADER) String ifMatch) {
        return act(ref, ifMatch, new ContainerCommand.Disconnect(network), container -> waiting.disconnected(container, network));
    }

    private static Resources merged(ContainerPatch patch, Resources before) {
        try {
            return patch.onto(before);
        } catch (JsonProcessingException e) {
            Problem problem = BadJson.of(e);
            throw new Refused(new Refusal(problem.kind().orElse(ProblemType.INVALID_FIELD), problem.detail(), problem.field(), problem.hint()));
        }
    }

    /** 204 when nothing of it is left; with {@code volumes} neither of those that were made for it alone. */
    @DELETE
    @Path("{ref}")
    public Uni<Void> remove(
            @PathParam("ref") String ref, @QueryParam("force") boolean force, @QueryParam("volumes") boolean volumes, @HeaderParam(IfMatch.HEADER) String ifMatch) {
        IfMatch seen = IfMatch.of(ifMatch);
        return queries.resolve(Projects.DEFAULT, ref)
                .chain(container -> containers.change(container.id(), new ContainerCommand.Remove(force, volumes), seen))
                .chain(outcome -> waiting.removed(outcome.after()))
                .replaceWithVoid();
    }

    private Uni<RestResponse<ContainerView>> act(
            String ref, String ifMatch, ContainerCommand command, Function<Container, Uni<Container>> wait) {
        IfMatch seen = IfMatch.of(ifMatch);
        return queries.resolve(Projects.DEFAULT, ref)
                .chain(container -> containers.change(container.id(), command, seen))
                .chain(outcome -> wait.apply(outcome.after())
                        .chain(after -> views.of(after)
                                .map(view -> RestResponse.ResponseBuilder.ok(view)
                                        .header(CHANGED, Boolean.toString(outcome.changed()))
                                        .header(Tag.HEADER, Tag.quoted(after.wishVersion()))
                                        .build())));
    }

    private static Duration duration(String text) {
        if (text == null) {
            return null;
        }
        try {
            return new StopPolicy(null, Duration.parse(text)).grace();
        } catch (DateTimeParseException e) {
            throw new Refused(new Refusal(
                    ProblemType.INVALID_FIELD, "'" + text + "' is not a duration", "grace", "write for example PT5S (ISO 8601)"));
        }
    }
}
