/** The main job, seen from outside. */
package io.gantry.e2e;
