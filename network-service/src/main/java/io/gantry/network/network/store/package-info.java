/** PostgreSQL. */
package io.gantry.network.network.store;
