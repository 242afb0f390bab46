/** Says whether an image keeps to a rule; knows no database, no clock and no files. */
package io.gantry.image.admission.core;
