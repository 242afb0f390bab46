package io.gantry.image.remote;

import java.util.List;
import java.util.regex.Pattern;

/** Which registries may be asked without TLS: this machine's own, and those that the settings name. */
record PlainHosts(List<String> named) {
    private static final Pattern LOOPBACK = Pattern.compile("(localhost|127(\\.\\d{1,3}){3}|\\[::1])(:\\d{1,5})?");

    /** @param authority {@code host} or {@code host:port} */
    boolean allow(String authority) {
        return authority != null && (LOOPBACK.matcher(authority).matches() || named.contains(authority));
    }

    /** Whether a registry may send us to {@code authority}: to this machine only one that is here itself. */
    boolean allowFrom(String registry, String authority) {
        return allow(authority) && (named.contains(authority) || LOOPBACK.matcher(registry).matches());
    }
}
