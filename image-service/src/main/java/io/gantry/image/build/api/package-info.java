/** Builds over HTTP. */
package io.gantry.image.build.api;
