/** PostgreSQL. */
package io.gantry.network.endpoint.store;
