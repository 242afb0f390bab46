/** The OCI distribution and image specs without IO: requests, errors, manifests and what they mean. */
package io.gantry.image.registry.core;
