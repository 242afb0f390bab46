/** Decisions; pure. */
package io.gantry.network.overlay.core;
