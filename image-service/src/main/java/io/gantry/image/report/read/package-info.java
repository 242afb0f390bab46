/** Reads layers as streams: what files there are, and what some of them say. */
package io.gantry.image.report.read;
