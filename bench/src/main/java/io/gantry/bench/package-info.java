/** Figures that anyone can print, beside the peers that are installed, in the same minute. */
package io.gantry.bench;
