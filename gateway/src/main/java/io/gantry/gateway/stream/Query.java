package io.gantry.gateway.stream;

import io.gantry.contracts.view.ContainerView;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Query parameters between client and agent. Only the known ones are handed on. */
final class Query {
    private static final Set<String> TRUE = Set.of("1", "true", "True", "");
    private static final List<String> LOGS = List.of("follow", "since", "until", "tail", "stdout", "stderr");
    private static final List<String> ATTACH = List.of("stdin", "stdout", "stderr", "logs");

    private Query() {}

    /** {@code ?name}, {@code ?name=1} and {@code ?name=true} are yes; absent is {@code absent}. */
    static boolean flag(RoutingContext context, String name, boolean absent) {
        String value = context.queryParams().get(name);
        return value == null ? absent : TRUE.contains(value);
    }

    static String logs(ContainerView container, MultiMap given) {
        return "/containers/" + container.id() + "/logs?" + known(given, LOGS);
    }

    static String attach(MultiMap given) {
        return known(given, ATTACH);
    }

    private static String known(MultiMap given, List<String> names) {
        return names.stream()
                .filter(given::contains)
                .map(name -> name + "=" + URLEncoder.encode(value(name, given.get(name)), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    private static String value(String name, String text) {
        return switch (name) {
            case "since", "until", "tail" -> text;
            default -> Boolean.toString(TRUE.contains(text));
        };
    }
}
