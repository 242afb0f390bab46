package io.gantry.agent.image;

import io.gantry.agent.disk.FreeRoom;
import io.gantry.contracts.tar.WatchedStream;
import io.gantry.kernel.syscall.Errno;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Passes a layer's tar stream through for as long as it keeps to its {@link LayerLimits}: a small blob may unpack to a thousand times its size. */
final class LayerBudget extends WatchedStream {
    /** The layer asks for more than it may have. */
    static final class Exceeded extends IOException {
        private static final long serialVersionUID = 1L;
        private final int errno;

        private Exceeded(String message, int errno) {
            super(message);
            this.errno = errno;
        }

        /** ENOSPC for the disk, EFBIG for the layer itself. */
        int errno() {
            return errno;
        }
    }

    private final LayerLimits limits;
    private final FreeRoom room;
    private long bytes;
    private int entries;

    /** @param disk that the layer is unpacked to */
    LayerBudget(InputStream tar, LayerLimits limits, FreeRoom.Disk disk) {
        super(tar);
        this.limits = limits;
        this.room = new FreeRoom(disk, limits.free());
    }

    void entry() throws IOException {
        if (++entries > limits.entries()) {
            throw new Exceeded("it has more than the %,d files that a layer may have".formatted(limits.entries()), Errno.EFBIG);
        }
    }

    /** Something else that the layer takes of the disk. */
    InputStream and(InputStream more) {
        return new WatchedStream(more) {
            @Override
            protected void passed(byte[] data, int from, int length) throws IOException {
                count(length);
            }
        };
    }

    @Override
    protected void passed(byte[] data, int from, int length) throws IOException {
        count(length);
    }

    private void count(int more) throws IOException {
        bytes += more;
        if (bytes > limits.unpacked().value()) {
            throw new Exceeded("it unpacks to more than the " + limits.unpacked() + " that a layer may have", Errno.EFBIG);
        }
        Optional<String> lack = room.lacksFor(more);
        if (lack.isPresent()) {
            throw new Exceeded(lack.get(), Errno.ENOSPC);
        }
    }
}
