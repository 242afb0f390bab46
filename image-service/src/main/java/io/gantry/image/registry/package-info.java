/** The registry: what clients push and pull. */
package io.gantry.image.registry;
