package io.gantry.agent.image;

import io.gantry.agent.disk.FreeRoom;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A container's changes, or what is sent for it, on the way to a file, for as long as they keep to what a node would unpack again, and to what this one's disk
 * has: a sparse file is as long in a tar as it says that it is, and a client may send without end.
 */
public final class LayerSpool extends FilterOutputStream {
    private final LayerLimits limits;
    private final FreeRoom room;
    private long bytes;

    /** There is too much. The message is for whoever wants the layer. */
    public static final class Full extends IOException {
        private static final long serialVersionUID = 1L;

        private Full(String message) {
            super(message);
        }
    }

    public LayerSpool(Path file) throws IOException {
        this(Files.newOutputStream(file), LayerLimits.DEFAULT, FreeRoom.of(file));
    }

    LayerSpool(OutputStream out, LayerLimits limits, FreeRoom.Disk disk) {
        super(out);
        this.limits = limits;
        this.room = new FreeRoom(disk, limits.free());
    }

    @Override
    public void write(int single) throws IOException {
        write(new byte[] {(byte) single}, 0, 1);
    }

    @Override
    public void write(byte[] data, int from, int length) throws IOException {
        bytes += length;
        if (bytes > limits.unpacked().value()) {
            throw new Full("there is more than the " + limits.unpacked() + " that a layer may have, sparse files counted in full");
        }
        Optional<String> lack = room.lacksFor(length);
        if (lack.isPresent()) {
            throw new Full(lack.get());
        }
        out.write(data, from, length);
    }
}
