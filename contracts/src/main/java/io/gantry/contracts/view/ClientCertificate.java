package io.gantry.contracts.view;

/**
 * What a client needs to call by TLS, each in PEM.
 *
 * @param authority by which it knows the platform: {@code ca.pem} of a Docker client's folder
 * @param certificate {@code cert.pem}
 * @param key {@code key.pem}; kept nowhere else
 */
public record ClientCertificate(String authority, String certificate, String key) {}
