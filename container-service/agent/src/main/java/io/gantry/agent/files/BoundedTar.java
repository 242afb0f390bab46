package io.gantry.agent.files;

import io.gantry.agent.disk.FreeRoom;
import io.gantry.contracts.problem.ProblemType;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A tar that somebody sends, unpacked by gzip, for as long as its node's disk has room for it: it may have no end, or unpack to a thousand times its size. */
public final class BoundedTar extends FilterInputStream {
    private final FreeRoom room;

    public BoundedTar(InputStream tar, FreeRoom.Disk disk) {
        super(tar);
        room = new FreeRoom(disk, FreeRoom.LEFT);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    /** @throws FilesRefusal once there is no room */
    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        int got = in.read(into, from, length);
        room.lacksFor(Math.max(0, got)).ifPresent(lack -> {
            throw new FilesRefusal(ProblemType.CONFLICT, "the archive is too large: " + lack, "free room on the node, or send less");
        });
        return got;
    }

    @Override
    public long skip(long count) throws IOException {
        return readNBytes((int) Math.min(count, 64 * 1024)).length;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
