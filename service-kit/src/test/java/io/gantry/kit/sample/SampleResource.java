package io.gantry.kit.sample;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.kit.problem.Refused;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.RestQuery;

@Path("/network-service/sample")
public class SampleResource {
    @GET
    public String hello() {
        return "hello";
    }

    @GET
    @Path("refused")
    public String refused() {
        throw new Refused(ProblemType.NAME_IN_USE, "'web' is taken", "choose another name");
    }

    @GET
    @Path("broken")
    public String broken() {
        throw new IllegalStateException("a secret detail");
    }

    @GET
    @Path("numbers")
    @Produces(MediaType.APPLICATION_JSON)
    public int count(@QueryParam("count") int count) {
        return count;
    }

    @GET
    @Path("flags")
    @Produces(MediaType.APPLICATION_JSON)
    public boolean flag(@RestQuery boolean on) {
        return on;
    }

    @POST
    public ContainerSpec echo(ContainerSpec spec) {
        return spec;
    }
}
