/** PostgreSQL. */
package io.gantry.network.address.store;
