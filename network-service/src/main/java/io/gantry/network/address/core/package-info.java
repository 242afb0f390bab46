/** Decisions; pure. */
package io.gantry.network.address.core;
