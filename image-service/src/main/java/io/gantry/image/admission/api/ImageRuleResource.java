package io.gantry.image.admission.api;

import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.view.ImageRuleRequest;
import io.gantry.contracts.view.ImageRuleSpec;
import io.gantry.contracts.view.ImageRuleView;
import io.gantry.contracts.view.Items;
import io.gantry.image.admission.core.PublicKeys;
import io.gantry.image.admission.store.ImageRules;
import io.gantry.kit.page.Order;
import io.gantry.kit.page.Page;
import io.gantry.kit.problem.Refused;
import io.gantry.kit.version.IfMatch;
import io.gantry.kit.version.Tag;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.jboss.resteasy.reactive.RestResponse;

/** Rules for which images may be used. */
@Path("/image-service/image-rules")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public class ImageRuleResource {
    private static final Order<ImageRuleView> ORDER = Order.by("image-rules", ImageRuleView::name);
    private final ImageRules rules;

    @Inject
    ImageRuleResource(ImageRules rules) {
        this.rules = rules;
    }

    @GET
    public Uni<Items<ImageRuleView>> list(@QueryParam("limit") Integer limit, @QueryParam("cursor") String cursor) {
        Page page = Page.asked(limit, cursor);
        return rules.all().map(all -> page.of(all, ORDER));
    }

    @GET
    @Path("{name}")
    public Uni<RestResponse<ImageRuleView>> get(@PathParam("name") String name) {
        return rules.find(name).map(rule -> answer(RestResponse.Status.OK, rule));
    }

    @POST
    public Uni<RestResponse<ImageRuleView>> add(ImageRuleRequest request) {
        if (request == null) {
            throw new Refused(ProblemType.INVALID_FIELD, "the body is empty", "send {\"name\": \"small\", \"spec\": {\"repositories\": [\"shop/*\"], \"budgets\": {\"mostBytes\": 524288000}}}");
        }
        check("spec.budgets", request.spec());
        return rules.add(request).map(rule -> answer(RestResponse.Status.CREATED, rule));
    }

    @PUT
    @Path("{name}")
    public Uni<RestResponse<ImageRuleView>> change(@PathParam("name") String name, @HeaderParam(IfMatch.HEADER) String ifMatch, ImageRuleSpec spec) {
        if (spec == null) {
            throw new Refused(ProblemType.INVALID_FIELD, "the body is empty", "send {\"repositories\": [\"shop/*\"], \"budgets\": {\"mostBytes\": 524288000}}");
        }
        check("budgets", spec);
        return rules.change(name, spec, IfMatch.of(ifMatch)).map(rule -> answer(RestResponse.Status.OK, rule));
    }

    @DELETE
    @Path("{name}")
    public Uni<Void> remove(@PathParam("name") String name, @HeaderParam(IfMatch.HEADER) String ifMatch) {
        return rules.remove(name, IfMatch.of(ifMatch));
    }

    /** What can't be followed is refused now. */
    private static void check(String place, ImageRuleSpec spec) {
        spec.requireBudget(place);
        List<String> keys = spec.budgets().signedBy() == null ? List.of() : spec.budgets().signedBy();
        for (int i = 0; i < keys.size(); i++) {
            try {
                PublicKeys.read(keys.get(i));
            } catch (IllegalArgumentException e) {
                throw new BadField(place + ".signedBy[" + i + "]", "signedBy[" + i + "] is no public key to go by: " + e.getMessage(), "give what is in cosign.pub");
            }
        }
    }

    private static RestResponse<ImageRuleView> answer(RestResponse.Status status, ImageRuleView rule) {
        return RestResponse.ResponseBuilder.create(status, rule).header(Tag.HEADER, Tag.of(rule.version())).build();
    }
}
