/** How answers look: a table for people, JSON or names for programs. */
package io.gantry.cli.output;
