/** Commands about automation rules. */
package io.gantry.cli.rule;
