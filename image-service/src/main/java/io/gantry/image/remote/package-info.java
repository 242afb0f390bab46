/** Other registries: images come from there and go there, by the OCI distribution specification. */
package io.gantry.image.remote;
