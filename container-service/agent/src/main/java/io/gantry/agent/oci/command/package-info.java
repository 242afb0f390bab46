/** The command line of an OCI runtime, and the state it keeps. */
package io.gantry.agent.oci.command;
