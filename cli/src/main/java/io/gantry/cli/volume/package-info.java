/** Volumes on the command line. */
package io.gantry.cli.volume;
