/** One type per identifier, so that a node can't be passed where a container is meant. In JSON each is a string. */
package io.gantry.contracts.id;
