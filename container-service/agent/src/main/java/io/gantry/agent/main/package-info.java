/** The agent as a program: its settings, how its parts are put together, and the end of its work on a host. */
package io.gantry.agent.main;
