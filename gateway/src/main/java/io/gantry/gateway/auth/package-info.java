/** Who calls: bearer tokens, kept hashed. */
package io.gantry.gateway.auth;
