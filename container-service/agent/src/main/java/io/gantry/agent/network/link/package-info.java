/** Brings links, addresses, routes, neighbours and firewall rules of this host in line with the plan. */
package io.gantry.agent.network.link;
