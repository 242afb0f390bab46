/** Logs, attach, exec and explain: straight from the agent of the container's node. */
package io.gantry.gateway.stream;
