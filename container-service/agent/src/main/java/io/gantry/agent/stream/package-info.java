/** The agent's own port for what doesn't go through Kafka: logs, attach, exec, explanations, layers. Only services may dial it. */
package io.gantry.agent.stream;
