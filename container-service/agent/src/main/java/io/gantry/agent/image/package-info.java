/** Images on this host: layers fetched from image-service, unpacked once, shared by all containers; changes read back. */
package io.gantry.agent.image;
