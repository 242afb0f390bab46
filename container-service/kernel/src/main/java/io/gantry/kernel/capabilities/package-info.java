/** Capabilities, capabilities(7). */
package io.gantry.kernel.capabilities;
