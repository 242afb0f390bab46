package io.gantry.contracts.view;

import io.gantry.contracts.api.Always;
import java.time.Instant;

/**
 * Lets one machine join, once.
 *
 * @param token holds the address of the node link, the CA's fingerprint and a secret; for the agent's {@code --token-file}
 */
public record JoinToken(@Always String token, @Always Instant expiresAt) {}
