/** Endpoints: a container on a network, with its address, readiness and published ports; virtual IPs of deployments. */
package io.gantry.network.endpoint;
