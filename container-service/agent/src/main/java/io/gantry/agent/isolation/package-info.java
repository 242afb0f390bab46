/** How far a container is apart from its host: facts read from procfs and cgroupfs, and what they are worth. */
package io.gantry.agent.isolation;
