/** The contract of {@code /api/v1}, as it is published. */
package io.gantry.gateway.openapi;
