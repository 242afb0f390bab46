/** network-service: networks, addresses, endpoints, names, virtual IPs and published ports. */
package io.gantry.network;
