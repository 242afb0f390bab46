/** What a host's kernel and name servers shall hold for its networks, computed from the desired records. Pure. */
package io.gantry.agent.network.plan;
