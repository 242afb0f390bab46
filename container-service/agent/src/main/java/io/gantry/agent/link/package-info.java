/** The agent's end of the node link: joining, dialling, hearing what is desired, saying what is seen. */
package io.gantry.agent.link;
