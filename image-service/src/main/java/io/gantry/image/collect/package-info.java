/** Removes what nothing leads to, while everything goes on. {@code core} decides, {@code store} looks and removes. */
package io.gantry.image.collect;
