package io.gantry.contracts.link;

import io.gantry.contracts.id.ContainerId;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The server name (RFC 6066) by which an agent tells the gateway for which container a connection is, before the first byte of it. An id is longer than a
 * label of a name may be.
 */
public final class ApiServerName {
    private static final int HALF = 32;
    private static final String END = ".container.gantry";
    private static final Pattern NAME = Pattern.compile("([0-9a-f]{32})\\.([0-9a-f]{32})" + Pattern.quote(END));

    private ApiServerName() {}

    public static String of(ContainerId id) {
        return id.value().substring(0, HALF) + "." + id.value().substring(HALF) + END;
    }

    /** @param name may be {@code null} */
    public static Optional<ContainerId> read(String name) {
        Matcher matcher = NAME.matcher(name == null ? "" : name);
        return matcher.matches() ? Optional.of(new ContainerId(matcher.group(1) + matcher.group(2))) : Optional.empty();
    }
}
