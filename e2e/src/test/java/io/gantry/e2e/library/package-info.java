/** Programs that use the platform through the libraries people have: unmodified, each case in a process of its own, with the environment that a person would give it. */
package io.gantry.e2e.library;
