/** How a deployment's replicas become what is wanted: pure. */
package io.gantry.scheduler.rollout.core;
