/** Who comes to {@code /v2}: API tokens by basic authentication, and passes of short life that are given for them. */
package io.gantry.gateway.registry;
