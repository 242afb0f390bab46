/** Makes reports of what was read of layers; knows no files and no clock. */
package io.gantry.image.report.core;
