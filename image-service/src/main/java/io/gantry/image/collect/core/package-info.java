/** Decides what goes and says why the rest stays; knows no database and no clock. */
package io.gantry.image.collect.core;
