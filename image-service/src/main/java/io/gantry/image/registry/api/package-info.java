/** The OCI distribution API 1.1 under {@code /image-service/v2}; the gateway shows it as {@code /v2}. */
package io.gantry.image.registry.api;
