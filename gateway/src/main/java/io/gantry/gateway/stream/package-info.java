/** Logs, attach, exec, explain and isolation: straight from the agent of the container's node. */
package io.gantry.gateway.stream;
