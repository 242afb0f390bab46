package io.gantry.kit.sample;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.kit.problem.Refused;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;

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

    @POST
    public ContainerSpec echo(ContainerSpec spec) {
        return spec;
    }
}
