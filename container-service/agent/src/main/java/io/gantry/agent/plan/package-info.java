/**
 * Plans: what is done in the kernel for one start, as values. Pure: no IO, no clock, no randomness. {@code rule} has one
 * concern per file.
 */
package io.gantry.agent.plan;
