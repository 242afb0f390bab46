package io.gantry.scheduler.rule.api;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.problem.Refusal;
import io.gantry.contracts.view.Items;
import io.gantry.contracts.view.RuleRequest;
import io.gantry.contracts.view.RuleView;
import io.gantry.kit.page.Order;
import io.gantry.kit.page.Page;
import io.gantry.kit.problem.Refused;
import io.gantry.scheduler.rule.store.RuleStore;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;

/** {@code ref} is a rule's name or id. */
@Path("/scheduler-service/rules")
@Produces(MediaType.APPLICATION_JSON)
public class RuleResource {
    private static final Order<RuleView> ORDER = Order.by("rules", RuleView::name);
    private final RuleStore rules;

    @Inject
    RuleResource(RuleStore rules) {
        this.rules = rules;
    }

    @POST
    public Uni<RestResponse<RuleView>> create(@RestQuery @DefaultValue("default") String project, RuleRequest request) {
        if (request == null || request.name() == null || !request.name().matches("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")) {
            throw invalid("a rule's name is 1 to 63 lower case letters, digits and - inside", "name");
        }
        if (request.spec() == null) {
            throw invalid("spec is missing", "spec");
        }
        return rules.create(project, request).map(view -> RestResponse.status(RestResponse.Status.CREATED, view));
    }

    @GET
    public Uni<Items<RuleView>> list(@RestQuery @DefaultValue("default") String project, @RestQuery Integer limit, @RestQuery String cursor) {
        Page page = Page.asked(limit, cursor);
        return rules.all(project).map(all -> page.of(all, ORDER));
    }

    @GET
    @Path("{ref}")
    public Uni<RuleView> get(String ref, @RestQuery @DefaultValue("default") String project) {
        return rules.get(project, ref);
    }

    @DELETE
    @Path("{ref}")
    public Uni<Void> remove(String ref, @RestQuery @DefaultValue("default") String project) {
        return rules.remove(project, ref);
    }

    private static Refused invalid(String detail, String field) {
        return new Refused(new Refusal(ProblemType.INVALID_FIELD, detail, field, null));
    }
}
