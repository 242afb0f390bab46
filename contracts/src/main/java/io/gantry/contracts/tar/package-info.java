/**
 * The form in which layers and build contexts travel: tar as POSIX pax writes it, with GNU's long names understood. Extended
 * attributes are bytes here, not text: file capabilities would not survive otherwise.
 */
package io.gantry.contracts.tar;
