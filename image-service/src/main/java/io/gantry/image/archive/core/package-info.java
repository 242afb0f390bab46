/** What the documents in an archive say. */
package io.gantry.image.archive.core;
