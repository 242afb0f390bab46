/** What clients do who mean harm, or die, to a whole platform; counted in the kernel. */
package io.gantry.e2e.hostile;
