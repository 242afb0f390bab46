/** What this node says of itself and its containers, and the probes that find out whether one is ready. */
package io.gantry.agent.observe;
