package io.gantry.contracts.view;

import io.gantry.contracts.problem.BadField;
import java.time.Duration;

/**
 * Asks container-service, which has the installation's authority, for the certificate of one who calls the gateway.
 *
 * @param token whose it is: the id of a token
 * @param validFor from now on; {@code null} is as long as a certificate may be good
 */
public record ClientCertificateRequest(String token, Duration validFor) {
    /** Before its name in a certificate. */
    public static final String URI = "gantry://client/";

    public ClientCertificateRequest {
        if (token == null || !token.matches("[0-9a-f-]{1,64}")) {
            throw new BadField("token", "token is the id of a token, got '" + token + "'");
        }
    }
}
