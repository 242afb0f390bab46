/** Holds what a client sees to the published contract. Compiled into the tests of several modules, which have nothing else in common. */
package io.gantry.check;
