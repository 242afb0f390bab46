/** Sockets for programs in containers: to the platform's API by way of the gateway, and to clients that have come for them. */
package io.gantry.agent.api;
