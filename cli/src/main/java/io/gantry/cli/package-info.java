/** The {@code gantry} command line: small commands over the public REST API, nothing else. */
package io.gantry.cli;
