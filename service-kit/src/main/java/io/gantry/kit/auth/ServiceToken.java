package io.gantry.kit.auth;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The secret that the services of one installation share; each asks it of whoever calls its internal REST. */
@Singleton
public final class ServiceToken {
    private final byte[] header;

    @Inject
    ServiceToken(@ConfigProperty(name = "gantry.service-token") String token) {
        if (token.length() < 16) {
            throw new IllegalStateException("gantry.service-token must have at least 16 characters");
        }
        header = ("Bearer " + token).getBytes(StandardCharsets.UTF_8);
    }

    /** The value of the {@code Authorization} header to send to another service. */
    public String header() {
        return new String(header, StandardCharsets.UTF_8);
    }

    /** Takes the same time whatever {@code given} is. */
    public boolean matches(String given) {
        return given != null && MessageDigest.isEqual(header, given.getBytes(StandardCharsets.UTF_8));
    }
}
