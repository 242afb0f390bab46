/** A bundle's container as a plan of the agent's steps. Pure. */
package io.gantry.agent.oci.plan;
