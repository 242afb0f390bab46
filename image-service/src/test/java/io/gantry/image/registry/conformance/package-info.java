/** What the OCI distribution specification 1.1 asks of a registry, case by case, asked of ours and of Debian's docker-registry. */
package io.gantry.image.registry.conformance;
