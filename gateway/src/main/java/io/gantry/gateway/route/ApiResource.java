package io.gantry.gateway.route;

import io.gantry.contracts.view.ApiIndex;
import io.gantry.contracts.view.ApiVersion;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** What there is, and which version of it. */
@Path("/api/v1")
@Produces(MediaType.APPLICATION_JSON)
public class ApiResource {
    private final String version;

    ApiResource(@ConfigProperty(name = "quarkus.application.version") String version) {
        this.version = version;
    }

    @GET
    @Path("/version")
    public ApiVersion version() {
        return new ApiVersion(version, "v1", "1.47", Runtime.version().toString());
    }

    @GET
    public ApiIndex index() {
        return new ApiIndex(
                Stream.concat(RouteTable.prefixes().stream(), Stream.of("/api/v1/events", "/api/v1/execs", "/api/v1/openapi.json", "/api/v1/tokens", "/api/v1/version")).toList());
    }
}
