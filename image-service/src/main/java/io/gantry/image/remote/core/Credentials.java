package io.gantry.image.remote.core;

import io.gantry.contracts.view.RegistryCredentials;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** What we can show another registry. */
public final class Credentials {
    public static final Credentials NONE = new Credentials(new RegistryCredentials(null, null, null, null));
    private final RegistryCredentials given;

    private Credentials(RegistryCredentials given) {
        this.given = given;
    }

    /** @param given may be {@code null} */
    public static Credentials of(RegistryCredentials given) {
        return given == null ? NONE : new Credentials(given);
    }

    public boolean areGiven() {
        return basic().isPresent() || identity().isPresent() || bearer().isPresent();
    }

    /** RFC 7617; empty without a name. */
    public Optional<String> basic() {
        if (given.username() == null || given.username().isEmpty()) {
            return Optional.empty();
        }
        String pair = given.username() + ":" + (given.password() == null ? "" : given.password());
        return Optional.of("Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
    }

    public Optional<String> identity() {
        return Optional.ofNullable(given.identityToken()).filter(token -> !token.isEmpty());
    }

    public Optional<String> bearer() {
        return Optional.ofNullable(given.registryToken()).filter(token -> !token.isEmpty());
    }
}
