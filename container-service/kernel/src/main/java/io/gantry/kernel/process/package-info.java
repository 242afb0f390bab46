/** Processes: signals, limits and what {@code /proc} says of one. */
package io.gantry.kernel.process;
