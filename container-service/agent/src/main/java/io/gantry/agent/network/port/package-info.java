/** Published ports beside what other programs of the host listen on. */
package io.gantry.agent.network.port;
