/** Deployments over HTTP. */
package io.gantry.scheduler.deployment.api;
