/** Bytes as nobody's library would send them. */
package io.gantry.check.raw;
