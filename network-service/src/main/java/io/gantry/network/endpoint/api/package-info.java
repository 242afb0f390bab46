/** HTTP in. */
package io.gantry.network.endpoint.api;
