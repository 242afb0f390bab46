/** A thin Docker Engine API: Docker's words are translated here and go no further. */
package io.gantry.gateway.docker;
