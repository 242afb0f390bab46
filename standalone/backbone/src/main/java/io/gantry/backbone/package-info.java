/**
 * PostgreSQL and Kafka for one machine, in one process: durable, on loopback only, with a database role and schema for each
 * service and every topic. A cluster brings its own instead.
 */
package io.gantry.backbone;
