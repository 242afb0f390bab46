/** DNS on each network's gateway address: names of endpoints and services; the rest is the host's resolvers' matter. */
package io.gantry.agent.network.name;
