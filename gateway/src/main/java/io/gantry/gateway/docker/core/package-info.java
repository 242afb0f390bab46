/** Docker's JSON forms and their meaning in ours: pure translation. */
package io.gantry.gateway.docker.core;
