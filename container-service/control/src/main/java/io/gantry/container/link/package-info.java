/** The one way between the event backbone and the agents: a WebSocket that each agent dials, with certificates on both sides. */
package io.gantry.container.link;
