/** Nodes over HTTP. */
package io.gantry.scheduler.node.api;
