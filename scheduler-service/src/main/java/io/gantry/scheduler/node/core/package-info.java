/** When a node is ready, suspect or lost: pure. */
package io.gantry.scheduler.node.core;
