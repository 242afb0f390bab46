/** Images that nodes shall have ahead because somebody asked for it; those of rollouts are kept with their deployments. */
package io.gantry.scheduler.prefetch;
