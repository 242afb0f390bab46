/** Time and randomness as parameters. */
package io.gantry.kit.time;
