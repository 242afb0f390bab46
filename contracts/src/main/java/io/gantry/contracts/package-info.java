/**
 * What Gantry's services say to each other and to the outside: identifiers, units, specs, events, state records, link
 * messages, views and problems. Plain values; no IO, no clock, no randomness. Everything here has a JSON form, written
 * and read by {@link io.gantry.contracts.envelope.Json}.
 */
package io.gantry.contracts;
