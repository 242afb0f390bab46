/** Text that others have written, where it is more than text. */
package io.gantry.contracts.text;
