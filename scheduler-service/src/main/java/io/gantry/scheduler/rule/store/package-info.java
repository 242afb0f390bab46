/** Automation rules and their runs in PostgreSQL. */
package io.gantry.scheduler.rule.store;
