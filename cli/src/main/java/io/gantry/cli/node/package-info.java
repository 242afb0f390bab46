/** Commands about the machines. */
package io.gantry.cli.node;
