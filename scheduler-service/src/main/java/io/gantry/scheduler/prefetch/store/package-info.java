/** What was asked for, in PostgreSQL, and nodes' records of it. */
package io.gantry.scheduler.prefetch.store;
