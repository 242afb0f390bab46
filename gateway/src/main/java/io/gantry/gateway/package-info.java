/** The edge: everything from outside comes in here, is authenticated and goes to the service or agent that owns it. */
package io.gantry.gateway;
