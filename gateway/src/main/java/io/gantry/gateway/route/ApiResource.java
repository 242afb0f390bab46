package io.gantry.gateway.route;

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
    /** @param api the version in the path */
    public record Version(String version, String api, String dockerApi, String java) {}

    public record Index(List<String> resources) {}

    private final String version;

    ApiResource(@ConfigProperty(name = "quarkus.application.version") String version) {
        this.version = version;
    }

    @GET
    @Path("/version")
    public Version version() {
        return new Version(version, "v1", "1.47", Runtime.version().toString());
    }

    @GET
    public Index index() {
        return new Index(
                Stream.concat(RouteTable.prefixes().stream(), Stream.of("/api/v1/events", "/api/v1/execs", "/api/v1/tokens", "/api/v1/version")).toList());
    }
}
