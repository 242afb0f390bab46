/** The installation's certificates, as image-service uses them: to serve agents, and to ask them. */
package io.gantry.image.pki;
