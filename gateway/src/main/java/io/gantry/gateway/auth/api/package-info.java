/** Tokens by REST. */
package io.gantry.gateway.auth.api;
