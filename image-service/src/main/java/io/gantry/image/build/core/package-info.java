/** Dockerfiles without IO: parsing, variables, the graph of stages, what each instruction does to an image. */
package io.gantry.image.build.core;
