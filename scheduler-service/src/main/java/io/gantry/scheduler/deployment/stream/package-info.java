/** What makes a deployment be looked at again: due moments and changes of nodes. */
package io.gantry.scheduler.deployment.stream;
