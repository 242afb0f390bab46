/** Deployments, their revisions and replicas in PostgreSQL. */
package io.gantry.scheduler.deployment.store;
