package io.gantry.agent.files;

import io.gantry.agent.disk.FreeRoom;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.tar.WatchedStream;
import java.io.IOException;
import java.io.InputStream;

/** A tar that somebody sends, unpacked by gzip, for as long as its node's disk has room for it: it may have no end, or unpack to a thousand times its size. */
public final class BoundedTar extends WatchedStream {
    private final FreeRoom room;

    public BoundedTar(InputStream tar, FreeRoom.Disk disk) {
        super(tar);
        room = new FreeRoom(disk, FreeRoom.LEFT);
    }

    /** @throws FilesRefusal once there is no room */
    @Override
    protected void passed(byte[] data, int from, int length) throws IOException {
        room.lacksFor(length).ifPresent(lack -> {
            throw new FilesRefusal(ProblemType.CONFLICT, "the archive is too large: " + lack, "free room on the node, or send less");
        });
    }
}
