/** Heartbeats in. */
package io.gantry.scheduler.node.stream;
