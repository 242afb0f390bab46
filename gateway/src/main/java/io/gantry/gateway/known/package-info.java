/** What the gateway keeps of containers, so that it needn't be told all of it each time; before it says anything it asks what has changed. */
package io.gantry.gateway.known;
