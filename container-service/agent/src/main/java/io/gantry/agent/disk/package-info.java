/** The agent's own small files, that they are one agent's alone, and that their disk isn't filled. */
package io.gantry.agent.disk;
