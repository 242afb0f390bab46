/** scheduler-service: nodes, placement, deployments, rollouts and automation rules. */
package io.gantry.scheduler;
