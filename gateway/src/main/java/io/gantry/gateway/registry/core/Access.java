package io.gantry.gateway.registry.core;

import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What may be done with one thing of the registry, as distribution's token authentication writes it: {@code repository:shop/web:pull,push}.
 *
 * @param kind {@code repository}, or {@code registry} for all of it
 * @param actions {@code pull}, {@code push}, {@code delete}; {@code *} is all of them
 */
public record Access(String kind, String name, Set<String> actions) {
    private static final String REPOSITORY = "repository";
    private static final String ALL = "*";
    private static final Set<String> ACTIONS = Set.of("pull", "push", "delete", ALL);
    private static final int LONGEST = 512;

    /** Repository, kind of what is asked for, and which. */
    private static final Pattern PATH = Pattern.compile("/v2/(.+)/(?:blobs/uploads|blobs|manifests|tags|referrers)/[^/]*");

    public Access {
        actions = Set.copyOf(actions);
    }

    /**
     * Empty for what isn't of that form: a server gives what it knows, and says nothing of the rest. A name may have colons in it, a kind and actions don't.
     */
    public static Optional<Access> parse(String scope) {
        int first = scope.indexOf(':');
        int last = scope.lastIndexOf(':');
        if (first <= 0 || last == first || scope.length() > LONGEST) {
            return Optional.empty();
        }
        String kind = scope.substring(0, first);
        Set<String> actions = new LinkedHashSet<>(Arrays.asList(scope.substring(last + 1).split(",")));
        actions.retainAll(ACTIONS);
        boolean known = kind.equals(REPOSITORY) || kind.equals("registry");
        return known && !actions.isEmpty() ? Optional.of(new Access(kind, scope.substring(first + 1, last), actions)) : Optional.empty();
    }

    /**
     * What a request needs; nothing for the base.
     *
     * @param path from {@code /v2} on, decoded
     * @param from the repository that a blob is to be mounted from; {@code null} for none
     * @return empty if the path is none of the registry's: then no pass is good for it
     */
    public static Optional<List<Access>> neededFor(String method, String path, String from) {
        if (path.equals("/v2") || path.equals("/v2/")) {
            return Optional.of(List.of());
        }
        if (path.equals("/v2/_catalog")) {
            return Optional.of(List.of(new Access("registry", "catalog", Set.of(ALL))));
        }
        Matcher match = PATH.matcher(path);
        if (!match.matches()) {
            return Optional.empty();
        }
        Access needed = new Access(REPOSITORY, match.group(1), actions(method));
        return Optional.of(from == null ? List.of(needed) : List.of(needed, new Access(REPOSITORY, from, Set.of("pull"))));
    }

    /** Who pushes looks at what is there already. */
    private static Set<String> actions(String method) {
        return switch (method) {
            case "GET", "HEAD" -> Set.of("pull");
            case "DELETE" -> Set.of("delete");
            default -> Set.of("push");
        };
    }

    public boolean covers(Access needed) {
        return kind.equals(needed.kind) && name.equals(needed.name) && (actions.contains(ALL) || actions.containsAll(needed.actions));
    }

    @Override
    public String toString() {
        return kind + ":" + name + ":" + String.join(",", actions.stream().sorted(Comparator.naturalOrder()).toList());
    }
}
