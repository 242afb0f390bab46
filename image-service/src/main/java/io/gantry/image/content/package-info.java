/** Blobs: immutable bytes, found by their digest. A blob that has its name is whole. */
package io.gantry.image.content;
