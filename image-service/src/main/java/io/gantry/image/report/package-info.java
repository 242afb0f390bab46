/** What is in images, how they are graded, and what differs between two. {@code read} reads layers, {@code core} makes reports of what was read. */
package io.gantry.image.report;
