/** What is reserved on which node, in PostgreSQL. */
package io.gantry.scheduler.placement.store;
