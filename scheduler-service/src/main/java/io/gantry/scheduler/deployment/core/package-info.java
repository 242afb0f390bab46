/** A deployment's state and how what happens to its replicas changes it: pure. */
package io.gantry.scheduler.deployment.core;
