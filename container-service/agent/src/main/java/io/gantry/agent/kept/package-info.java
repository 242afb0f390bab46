/** Secrets and configs of this node's containers: fetched from container-service, kept in memory alone. */
package io.gantry.agent.kept;
