package io.gantry.kit.problem;

import io.gantry.contracts.problem.BadField;
import io.gantry.kit.select.FieldSelection;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.UriInfo;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** A query parameter that nobody reads is refused: it would be silently of no effect. So is a flag that is neither true nor false; its name alone is true. */
public class QueryParameters {
    private static final Set<Class<?>> FLAGS = Set.of(boolean.class, Boolean.class);
    private final Map<Method, Map<String, Class<?>>> known = new ConcurrentHashMap<>();

    @ServerRequestFilter
    public void check(ResourceInfo resource, UriInfo asked, RoutingContext context) {
        if (asked.getQueryParameters().isEmpty()) {
            return;
        }
        Map<String, Class<?>> here = known.computeIfAbsent(resource.getResourceMethod(), QueryParameters::of);
        asked.getQueryParameters().forEach((name, values) -> {
            Class<?> type = here.get(name);
            if (type == null) {
                throw unknown(name, here.keySet());
            }
            if (FLAGS.contains(type)) {
                context.queryParams().set(name, flag(name, values));
            }
        });
    }

    /** For a route that is no resource. */
    public static void check(Set<String> given, Set<String> known) {
        given.stream().filter(name -> !known.contains(name)).findFirst().ifPresent(name -> {
            throw unknown(name, new TreeSet<>(known));
        });
    }

    private static BadField unknown(String name, Set<String> known) {
        String near = Spelling.closest(name, known).map(word -> "did you mean '" + word + "'?").orElse("there are " + String.join(", ", known));
        return new BadField(name, "there is no parameter '" + name + "' here", known.isEmpty() ? "leave it out" : near);
    }

    private static String flag(String name, List<String> values) {
        String value = values.size() == 1 ? values.getFirst() : String.join("', '", values);
        return switch (value) {
            case "true", "false" -> value;
            case "" -> "true";
            default -> throw new BadField(name, name + " is true or false, got '" + value + "'");
        };
    }

    private static Map<String, Class<?>> of(Method method) {
        Map<String, Class<?>> all = new TreeMap<>();
        for (Parameter parameter : method.getParameters()) {
            name(parameter).ifPresent(name -> all.put(name, parameter.getType()));
        }
        FieldSelection.selectable(method).ifPresent(_ -> all.put(FieldSelection.PARAMETER, String.class));
        return all;
    }

    private static Optional<String> name(Parameter parameter) {
        QueryParam standard = parameter.getAnnotation(QueryParam.class);
        RestQuery shorter = parameter.getAnnotation(RestQuery.class);
        return standard != null
                ? Optional.of(standard.value())
                : Optional.ofNullable(shorter).map(query -> query.value().isEmpty() ? parameter.getName() : query.value());
    }
}
