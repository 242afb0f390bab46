/** Which nodes are meant and how far each is: pure. */
package io.gantry.scheduler.prefetch.core;
