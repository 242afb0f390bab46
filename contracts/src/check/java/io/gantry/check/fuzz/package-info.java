/** Requests that nobody would send on purpose, drawn from one seed over an OpenAPI document, in sequences that remember what was answered. */
package io.gantry.check.fuzz;
