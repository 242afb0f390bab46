/**
 * What the rest of the agent may ask of the part that makes containers: start, signal, exec, watch, remove, recover and
 * explain. Behind it stand the pure plan, its executor, the kernel rooms and the launcher.
 */
package io.gantry.agent.runtime;
