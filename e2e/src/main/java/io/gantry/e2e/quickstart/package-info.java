/** The main job, step by step, each step checked from outside. */
package io.gantry.e2e.quickstart;
