package io.gantry.contracts.view;

import io.gantry.contracts.spec.Scope;
import java.time.Instant;

/**
 * A token for the API.
 *
 * @param principal who calls with it
 * @param scope the part of the platform that it is for; absent for all of it
 * @param expiresAt absent if it is good until it is revoked
 * @param certificate to call by TLS; told once, too, if it was asked for
 * @param token what is sent with each request; told once, when it is made, and kept nowhere
 */
public record TokenView(String id, String principal, Scope scope, Instant createdAt, Instant expiresAt, String token, ClientCertificate certificate) {}
