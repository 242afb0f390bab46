/** Secrets and configs in PostgreSQL: what they hold, who has them, when they may go. */
package io.gantry.container.kept.store;
