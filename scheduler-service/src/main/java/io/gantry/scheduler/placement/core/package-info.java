/** Which node takes a container, and why: pure. */
package io.gantry.scheduler.placement.core;
