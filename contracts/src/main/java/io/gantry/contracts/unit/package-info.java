/** Quantities with their unit in the type. */
package io.gantry.contracts.unit;
