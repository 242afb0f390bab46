package io.gantry.network.naming.core;

import io.gantry.contracts.id.ContainerId;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Which names an endpoint answers to. */
public final class DnsNames {
    private static final Pattern NAME = Pattern.compile("[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*");
    private static final int LONGEST = 200;

    private DnsNames() {}

    /** Its name, its aliases and its short id, in lower case; what can't be a DNS name is left out. */
    public static List<String> of(ContainerId container, String name, List<String> aliases) {
        Set<String> names = new LinkedHashSet<>();
        add(names, name);
        aliases.forEach(alias -> add(names, alias));
        add(names, container.shortForm());
        return List.copyOf(names);
    }

    private static void add(Set<String> names, String name) {
        String lower = name == null ? "" : name.toLowerCase(Locale.ROOT);
        if (lower.length() <= LONGEST && NAME.matcher(lower).matches()) {
            names.add(lower);
        }
    }
}
