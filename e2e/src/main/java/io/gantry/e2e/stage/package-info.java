/** An installation with several hosts on this machine, and what can be done to it. */
package io.gantry.e2e.stage;
