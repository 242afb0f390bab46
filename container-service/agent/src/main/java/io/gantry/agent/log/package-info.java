/** Containers' logs, as their monitors write them: read, filtered and followed through rotation. */
package io.gantry.agent.log;
