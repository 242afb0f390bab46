package io.gantry.contracts.view;

import io.gantry.contracts.api.Always;
import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.spec.Scope;
import java.time.Duration;

/**
 * Body of {@code POST /tokens}.
 *
 * @param principal who shall call with it; told to the services, and shown in lists
 * @param scope the part of the platform that it is for; {@code null} is all of it
 * @param validFor from now on; {@code null} is until it is revoked
 * @param certificate whether it shall come with a certificate that is as good as it is, by TLS
 */
public record TokenRequest(@Always String principal, Scope scope, Duration validFor, boolean certificate) {
    private static final Duration LONGEST = Duration.ofDays(3660);

    public TokenRequest {
        if (principal == null || !principal.matches("[a-zA-Z0-9][a-zA-Z0-9_.@-]{0,63}")) {
            throw new BadField("principal", "principal is who calls: letters, digits and . _ @ - between them, at most 64; got '" + principal + "'", "write for example ci");
        }
        if (validFor != null && (validFor.compareTo(Duration.ofSeconds(1)) < 0 || validFor.compareTo(LONGEST) > 0)) {
            throw new BadField("validFor", "validFor is from a second to ten years, got " + validFor, "write for example PT24H");
        }
    }
}
