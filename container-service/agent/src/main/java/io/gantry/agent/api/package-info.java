/** The platform's API for programs in containers: a socket each, and the way to the gateway. */
package io.gantry.agent.api;
