/** What this kernel must give, asked of it beforehand, so that what is missing is named with what to do and not met as an errno later. */
package io.gantry.kernel.probe;
