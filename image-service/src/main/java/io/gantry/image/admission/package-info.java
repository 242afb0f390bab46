/** Which images may be used: rules with budgets, what they say of each image, exceptions for a time, and signatures. */
package io.gantry.image.admission;
