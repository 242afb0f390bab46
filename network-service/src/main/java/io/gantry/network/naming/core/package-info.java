/** Decisions; pure. */
package io.gantry.network.naming.core;
