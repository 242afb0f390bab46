/** How far something is: bars that are drawn in place at a terminal, a line for each thing that is done elsewhere. */
package io.gantry.cli.progress;
