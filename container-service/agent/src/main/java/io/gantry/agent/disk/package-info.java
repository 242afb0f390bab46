/** The agent's own small files, and that they are one agent's alone. */
package io.gantry.agent.disk;
