/** What was counted, in PostgreSQL. */
package io.gantry.image.sharing.store;
