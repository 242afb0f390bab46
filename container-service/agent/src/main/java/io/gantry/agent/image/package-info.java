/** Images on this host: layers fetched from image-service, kept once as images or in folders, shared by all containers; changes read back. */
package io.gantry.agent.image;
