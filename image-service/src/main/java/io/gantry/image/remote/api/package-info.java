/** Pulls and pushes over HTTP. */
package io.gantry.image.remote.api;
