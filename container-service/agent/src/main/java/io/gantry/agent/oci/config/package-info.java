/** What a bundle asks for, read from its {@code config.json}; what isn't honoured is refused by name. */
package io.gantry.agent.oci.config;
