/** PostgreSQL. */
package io.gantry.network.overlay.store;
