/** container-service over HTTP: making, starting, stopping, removing, waiting. Internal; the gateway stands before it. */
package io.gantry.container.lifecycle.api;
