/** Images as one tar, as {@code docker save} makes it and {@code docker load} takes it, and file systems that become images. */
package io.gantry.image.archive;
