/** Rules, and the tags that they speak of. */
package io.gantry.image.retention.store;
