/** Seals what is secret: no IO, and randomness comes in. */
package io.gantry.container.kept.seal;
