/** Volumes in PostgreSQL: who uses them, where they are, when they may go. */
package io.gantry.container.volume.store;
