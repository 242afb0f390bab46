/** Facts in. */
package io.gantry.network.endpoint.stream;
