/** Layers on their way to agents: a TLS port for nodes alone. */
package io.gantry.image.transfer;
