/** HTTP in. */
package io.gantry.network.network.api;
