/** Images as the registry's manifests and tags make them. */
package io.gantry.image.reference.store;
