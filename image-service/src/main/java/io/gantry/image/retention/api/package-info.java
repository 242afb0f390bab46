/** Rules over REST, and following them. */
package io.gantry.image.retention.api;
