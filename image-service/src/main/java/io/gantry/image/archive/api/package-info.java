/** Archives over HTTP. */
package io.gantry.image.archive.api;
