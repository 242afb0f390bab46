package io.gantry.agent.image;

import io.gantry.agent.disk.FreeRoom;
import io.gantry.contracts.unit.Bytes;

/**
 * What one layer may take of this host, so that no image fills its disk.
 *
 * @param unpacked of the layer's tar stream
 * @param entries of it: files, folders, links and the rest, each of which costs an inode
 * @param free that unpacking leaves on the layers' disk, for logs, containers and what else is there
 */
record LayerLimits(Bytes unpacked, int entries, Bytes free) {
    static final LayerLimits DEFAULT = new LayerLimits(Bytes.mebi(32 << 10), 1_000_000, FreeRoom.LEFT);
}
