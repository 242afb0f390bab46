package io.gantry.gateway.docker.api;

import io.gantry.gateway.docker.core.DockerRefusal;
import java.util.regex.Pattern;

/**
 * The version in front of a path.
 *
 * @param minor of 1.x; a path without version speaks the newest
 * @param path the rest
 */
record ApiVersion(int minor, String path) {
    static final String NEWEST = "1.47";
    /** Docker's own version that speaks the newest: clients go by it where they ask for one, and ours would be older than all they know. */
    static final String ENGINE = "27.5.0";
    static final String OLDEST = "1.24";
    private static final int NEWEST_MINOR = 47;
    private static final int OLDEST_MINOR = 24;
    private static final Pattern VERSIONED = Pattern.compile("/v(\\d{1,3})\\.(\\d{1,3})(/.*)");

    static ApiVersion of(String path) {
        var match = VERSIONED.matcher(path);
        if (!match.matches()) {
            return new ApiVersion(NEWEST_MINOR, path);
        }
        int major = Integer.parseInt(match.group(1));
        int minor = Integer.parseInt(match.group(2));
        String asked = major + "." + minor;
        if (major < 1 || major == 1 && minor < OLDEST_MINOR) {
            throw new DockerRefusal(400, "client version " + asked + " is too old. Minimum supported API version is " + OLDEST + ", please upgrade your client to a newer version");
        }
        if (major > 1 || minor > NEWEST_MINOR) {
            throw new DockerRefusal(400, "client version " + asked + " is too new. Maximum supported API version is " + NEWEST);
        }
        return new ApiVersion(minor, match.group(3));
    }
}
