/** Builds: a Dockerfile and a context become an image. RUN steps are containers like any other. */
package io.gantry.image.build;
