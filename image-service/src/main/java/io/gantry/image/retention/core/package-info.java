/** Decides which tags stay; knows no database and no clock. */
package io.gantry.image.retention.core;
