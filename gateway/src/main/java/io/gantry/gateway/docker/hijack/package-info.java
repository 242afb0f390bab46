/** HTTP connections taken over as raw byte streams, half-close and back-pressure included. */
package io.gantry.gateway.docker.hijack;
