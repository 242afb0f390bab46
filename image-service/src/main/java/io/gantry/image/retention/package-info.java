/** Takes tags away that no rule keeps; what they led to goes with a collection. {@code core} decides. */
package io.gantry.image.retention;
