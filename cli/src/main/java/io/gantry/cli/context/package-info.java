/** Platforms by name, so that nobody types addresses and tokens. */
package io.gantry.cli.context;
