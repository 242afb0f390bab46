/** Facts in. */
package io.gantry.network.overlay.stream;
