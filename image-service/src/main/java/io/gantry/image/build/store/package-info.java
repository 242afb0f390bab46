/** Builds, their cache, and where nodes are. */
package io.gantry.image.build.store;
