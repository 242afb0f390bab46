package io.gantry.kit.version;

import io.gantry.contracts.problem.BadField;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ResourceInfo;
import java.util.Arrays;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** A condition that nobody looks at is refused: what shall only be done under it would be done without. */
public class Preconditions {
    @ServerRequestFilter
    public void check(ResourceInfo resource, ContainerRequestContext request) {
        if (request.getHeaderString(IfMatch.HEADER) != null && !looksAtIt(resource)) {
            throw new BadField(IfMatch.HEADER, "there is no condition on this", "leave If-Match out; containers, deployments, secrets and configs have an ETag");
        }
    }

    private static boolean looksAtIt(ResourceInfo resource) {
        return Arrays.stream(resource.getResourceMethod().getParameters()).anyMatch(one -> one.isAnnotationPresent(HeaderParam.class) && one.getAnnotation(HeaderParam.class).value().equals(IfMatch.HEADER));
    }
}
