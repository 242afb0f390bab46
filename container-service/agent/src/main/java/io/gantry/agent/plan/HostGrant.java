package io.gantry.agent.plan;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A folder of the host that containers of this node may have, with all below it.
 *
 * @param readOnly and never to write to
 */
public record HostGrant(String path, boolean readOnly) {
    public HostGrant {
        if (!path.matches("(/[^/]+)+") || path.matches(".*/\\.{1,2}(/.*)?")) {
            throw new IllegalArgumentException("a granted folder is an absolute path without . and .., and not the root; got '" + path + "'");
        }
    }

    /** {@code /srv/data} or {@code /srv/data:ro}. */
    public static HostGrant parse(String text) {
        boolean readOnly = text.endsWith(":ro");
        return new HostGrant((readOnly ? text.substring(0, text.length() - 3) : text).replaceAll("(?<=.)/+$", ""), readOnly);
    }

    private boolean holds(String folder) {
        return folder.equals(path) || folder.startsWith(path + "/");
    }

    /** The narrowest that holds {@code folder}. */
    static HostGrant of(List<HostGrant> grants, String folder, boolean toWrite) {
        HostGrant found = grants.stream()
                .filter(grant -> grant.holds(folder))
                .max(Comparator.comparingInt(grant -> grant.path().length()))
                .orElseThrow(() -> new IllegalArgumentException("this node lets containers have no folder of the host that holds " + folder + "; " + allowed(grants)));
        if (found.readOnly() && toWrite) {
            throw new IllegalArgumentException("this node lets containers only read " + found.path() + "; mount " + folder + " read-only");
        }
        return found;
    }

    private static String allowed(List<HostGrant> grants) {
        return grants.isEmpty()
                ? "its agent is told which by --allow-bind (GANTRY_ALLOW_BIND of ./gantry up), and was told none"
                : "it lets them have " + grants.stream().map(grant -> grant.path() + (grant.readOnly() ? " (read-only)" : "")).collect(Collectors.joining(", "));
    }
}
