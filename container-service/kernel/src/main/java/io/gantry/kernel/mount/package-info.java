/** Mounts made by the host for a container: mapped copies of folders, and its {@code /dev}. */
package io.gantry.kernel.mount;
