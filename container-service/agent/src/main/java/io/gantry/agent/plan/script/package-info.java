/**
 * A start as a script that a person can run: in {@code bash} with util-linux, iproute2 and perl, and nothing of Gantry's. Pure.
 */
package io.gantry.agent.plan.script;
