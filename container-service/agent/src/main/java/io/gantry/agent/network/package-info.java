/** Networks on this host: bridges, VXLAN, forwarding entries, names, virtual IPs and published ports, as desired. */
package io.gantry.agent.network;
