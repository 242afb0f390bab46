/** The rules a plan is folded from, one concern per file; their order stands in {@code ContainerPlanner}. */
package io.gantry.agent.plan.rule;
