/** Decisions; pure. */
package io.gantry.network.endpoint.core;
