/** The Docker Engine API's endpoints. */
package io.gantry.gateway.docker.api;
