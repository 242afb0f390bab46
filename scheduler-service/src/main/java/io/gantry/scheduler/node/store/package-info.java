/** Nodes in PostgreSQL. */
package io.gantry.scheduler.node.store;
