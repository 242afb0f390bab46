/** Commands about single containers; their options are those that Docker's users know. */
package io.gantry.cli.container;
