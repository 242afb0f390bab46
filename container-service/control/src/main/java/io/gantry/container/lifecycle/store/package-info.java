/** Containers and what they need to know of images and nodes, in PostgreSQL; what changed is published from the same transaction. */
package io.gantry.container.lifecycle.store;
