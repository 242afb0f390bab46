/** Commands about deployments: N alike containers. */
package io.gantry.cli.deployment;
