package io.gantry.kit.select;

import io.gantry.contracts.view.Items;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ResourceInfo;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Optional;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/** {@code ?fields=} of every resource that answers a GET with a record or a list of them. What it doesn't know is refused before anything is looked up. */
public class FieldSelection {
    public static final String PARAMETER = "fields";
    private static final String KEPT = "gantry.fields";

    @ServerRequestFilter
    public void read(ResourceInfo resource, ContainerRequestContext request, RoutingContext context) {
        String asked = request.getUriInfo().getQueryParameters().getFirst(PARAMETER);
        if (asked != null && !asked.isEmpty()) {
            selectable(resource.getResourceMethod()).ifPresent(type -> context.put(KEPT, new Fields(asked, type)));
        }
    }

    @ServerResponseFilter
    public void choose(ContainerResponseContext response, RoutingContext context) {
        Fields fields = context.get(KEPT);
        if (fields != null && response.getStatus() == 200) {
            response.setEntity(fields.of(response.getEntity()));
        }
    }

    /** What a method answers, if fields of it can be chosen. */
    public static Optional<Type> selectable(Method method) {
        if (!method.isAnnotationPresent(GET.class)) {
            return Optional.empty();
        }
        Type type = method.getGenericReturnType();
        while (type instanceof ParameterizedType generic && generic.getRawType() != Items.class) {
            type = generic.getRawType() == Uni.class || generic.getActualTypeArguments().length == 1 ? generic.getActualTypeArguments()[0] : generic.getRawType();
        }
        boolean record = type instanceof Class<?> raw && raw.isRecord();
        return record || type instanceof ParameterizedType ? Optional.of(type) : Optional.empty();
    }
}
