/** Hosts whose disks are full. */
package io.gantry.e2e.disk;
