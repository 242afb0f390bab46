/** Decisions; pure. */
package io.gantry.network.network.core;
