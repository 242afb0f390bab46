/** Namespaces and the id ranges of user namespaces. */
package io.gantry.kernel.namespaces;
