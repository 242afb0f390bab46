package io.gantry.scheduler.deployment.api;

import io.gantry.contracts.id.DeploymentId;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.problem.Refusal;
import io.gantry.contracts.spec.DeploymentSpec;
import io.gantry.contracts.view.DeploymentRequest;
import io.gantry.contracts.view.DeploymentView;
import io.gantry.contracts.view.Items;
import io.gantry.kit.page.Choice;
import io.gantry.kit.page.LabelFilter;
import io.gantry.kit.page.Order;
import io.gantry.kit.page.Page;
import io.gantry.kit.problem.Refused;
import io.gantry.kit.time.World;
import io.gantry.kit.version.IfMatch;
import io.gantry.kit.version.Tag;
import io.gantry.scheduler.WaitTime;
import io.gantry.scheduler.deployment.core.DeploymentWish;
import io.gantry.scheduler.deployment.store.DeploymentViews;
import io.gantry.scheduler.deployment.store.DeploymentWishes;
import io.gantry.scheduler.deployment.store.Touched;
import io.gantry.scheduler.deployment.stream.DeploymentWakeUps;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;

/** {@code ref} is a deployment's name or id. */
@Path("/scheduler-service/deployments")
@Produces(MediaType.APPLICATION_JSON)
public class DeploymentResource {
    private static final Order<DeploymentView> ORDER = Order.by("deployments", DeploymentView::name);
    private static final Order<DeploymentView.Revision> REVISIONS = new Order<>("revisions", one -> "%010d".formatted(one.revision()), true);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);

    /** Of a deployment, as {@link DeploymentWishes#wish}. */
    private interface Wish {
        Uni<DeploymentWishes.Accepted> of(DeploymentId id, UUID question, Touched touched);
    }

    private final DeploymentWishes wishes;
    private final Consent consent;
    private final DeploymentViews views;
    private final DeploymentWakeUps wakeUps;
    private final World world;

    @Inject
    DeploymentResource(
            DeploymentWishes wishes, Consent consent, DeploymentViews views, DeploymentWakeUps wakeUps, World world) {
        this.wishes = wishes;
        this.consent = consent;
        this.views = views;
        this.wakeUps = wakeUps;
        this.world = world;
    }

    @POST
    public Uni<RestResponse<DeploymentView>> create(@RestQuery @DefaultValue("default") String project, DeploymentRequest request) {
        Touched touched = new Touched();
        return consent.fulfil(question -> wishes.create(project, request, question, touched), "spec.template")
                .invoke(() -> wakeUps.after(touched))
                .chain(views::get)
                .map(view -> answer(RestResponse.Status.CREATED, view));
    }

    @GET
    public Uni<Items<DeploymentView>> list(
            @RestQuery @DefaultValue("default") String project,
            @RestQuery List<String> status,
            @RestQuery List<String> label,
            @RestQuery String name,
            @RestQuery Integer limit,
            @RestQuery String cursor) {
        Page page = Page.asked(limit, cursor);
        Map<String, String> labels = LabelFilter.of(label);
        Set<DeploymentView.Status> wanted = Choice.among(DeploymentView.Status.class, "status", status);
        return views.all(project)
                .map(all -> all.stream()
                        .filter(one -> wanted.contains(one.status())
                                && (name == null || one.name().equals(name))
                                && one.spec().labels().entrySet().containsAll(labels.entrySet()))
                        .toList())
                .map(some -> page.of(some, ORDER));
    }

    /** With {@code wait=steady} answers when it is STEADY, COMPLETE or FAILED, or as it is when {@code timeout} is over. */
    @GET
    @Path("{ref}")
    public Uni<RestResponse<DeploymentView>> get(
            String ref,
            @RestQuery @DefaultValue("default") String project,
            @RestQuery String wait,
            @RestQuery @DefaultValue("PT60S") String timeout) {
        Uni<DeploymentId> id = views.find(project, ref);
        if (wait == null) {
            return id.chain(views::get).map(view -> answer(RestResponse.Status.OK, view));
        }
        if (!wait.equals("steady")) {
            throw new Refused(new Refusal(ProblemType.INVALID_FIELD, "wait is 'steady', got '" + wait + "'", "wait", null));
        }
        Instant until = world.now().plus(WaitTime.of(timeout));
        return id.chain(found -> whenSettled(found, until)).map(view -> answer(RestResponse.Status.OK, view));
    }

    @PUT
    @Path("{ref}")
    public Uni<RestResponse<DeploymentView>> change(
            String ref, @RestQuery @DefaultValue("default") String project, @HeaderParam(IfMatch.HEADER) String ifMatch, DeploymentSpec spec) {
        IfMatch seen = IfMatch.of(ifMatch);
        return fulfil(project, ref, "template", (id, question, touched) -> wishes.become(id, spec, question, touched, seen));
    }

    @POST
    @Path("{ref}/scale")
    public Uni<RestResponse<DeploymentView>> scale(
            String ref, @RestQuery @DefaultValue("default") String project, @RestQuery Integer replicas, @HeaderParam(IfMatch.HEADER) String ifMatch) {
        IfMatch seen = IfMatch.of(ifMatch);
        if (replicas == null) {
            throw new Refused(new Refusal(ProblemType.INVALID_FIELD, "replicas is missing", "replicas", "add ?replicas=3"));
        }
        DeploymentWish scale = new DeploymentWish.Scale(replicas);
        return fulfil(project, ref, null, (id, question, touched) -> wishes.wish(id, scale, question, touched, seen));
    }

    @POST
    @Path("{ref}/rollback")
    public Uni<RestResponse<DeploymentView>> rollBack(
            String ref, @RestQuery @DefaultValue("default") String project, @RestQuery Integer revision, @HeaderParam(IfMatch.HEADER) String ifMatch) {
        IfMatch seen = IfMatch.of(ifMatch);
        return fulfil(
                project, ref, null, (id, question, touched) -> wishes.wish(id, new DeploymentWish.RollBack(revision), question, touched, seen));
    }

    /** Newest first. */
    @GET
    @Path("{ref}/revisions")
    public Uni<Items<DeploymentView.Revision>> revisions(
            String ref, @RestQuery @DefaultValue("default") String project, @RestQuery Integer limit, @RestQuery String cursor) {
        Page page = Page.asked(limit, cursor);
        return views.find(project, ref).chain(views::revisions).map(all -> page.of(all, REVISIONS));
    }

    @DELETE
    @Path("{ref}")
    public Uni<Void> remove(String ref, @RestQuery @DefaultValue("default") String project, @HeaderParam(IfMatch.HEADER) String ifMatch) {
        IfMatch seen = IfMatch.of(ifMatch);
        Touched touched = new Touched();
        return views.find(project, ref).chain(id -> wishes.remove(id, touched, seen)).invoke(() -> wakeUps.after(touched));
    }

    private static RestResponse<DeploymentView> answer(RestResponse.Status status, DeploymentView view) {
        return RestResponse.ResponseBuilder.create(status, view).header(Tag.HEADER, DeploymentWishes.tag(view.revision(), view.spec())).build();
    }

    private Uni<RestResponse<DeploymentView>> fulfil(String project, String ref, String template, Wish wish) {
        Touched touched = new Touched();
        return views.find(project, ref)
                .chain(id -> consent.fulfil(question -> wish.of(id, question, touched), template))
                .invoke(() -> wakeUps.after(touched))
                .chain(views::get)
                .map(view -> answer(RestResponse.Status.OK, view));
    }

    /** Listens first and looks then, so that no change falls between; looks again in case another replica of the service made it. */
    private Uni<DeploymentView> whenSettled(DeploymentId id, Instant until) {
        Duration left = Duration.between(world.now(), until);
        if (left.toMillis() < 1) {
            // less than any timer can wait for
            return views.get(id);
        }
        Duration wait = left.compareTo(LOOK_AGAIN) < 0 ? left : LOOK_AGAIN;
        Uni<Void> change = wakeUps.changed(id, wait).memoize().indefinitely();
        change.subscribe().with(_ -> {});
        return views.get(id).chain(view -> view.status().isSettled()
                ? Uni.createFrom().item(view)
                : change.chain(() -> whenSettled(id, until)));
    }
}
