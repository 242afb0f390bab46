package io.gantry.agent.image;

import io.gantry.agent.image.LayerBudget.Disk;
import io.gantry.contracts.unit.Bytes;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A container's changes, or what is sent for it, on the way to a file, for as long as they keep to what a node would unpack again, and to what this one's disk
 * has: a sparse file is as long in a tar as it says that it is, and a client may send without end.
 */
public final class LayerSpool extends FilterOutputStream {
    /** Between two looks at the disk. */
    private static final long STRIDE = 64 << 20;

    private final LayerLimits limits;
    private final Disk disk;
    private long bytes;
    private long nextLook;

    /** There is too much. The message is for whoever wants the layer. */
    public static final class Full extends IOException {
        private static final long serialVersionUID = 1L;

        private Full(String message) {
            super(message);
        }
    }

    public LayerSpool(Path file) throws IOException {
        this(Files.newOutputStream(file), LayerLimits.DEFAULT, () -> Files.getFileStore(file).getUsableSpace());
    }

    LayerSpool(OutputStream out, LayerLimits limits, Disk disk) {
        super(out);
        this.limits = limits;
        this.disk = disk;
    }

    @Override
    public void write(int single) throws IOException {
        write(new byte[] {(byte) single}, 0, 1);
    }

    @Override
    public void write(byte[] data, int from, int length) throws IOException {
        bytes += length;
        look();
        out.write(data, from, length);
    }

    private void look() throws IOException {
        if (bytes > limits.unpacked().value()) {
            throw new Full("there is more than the " + limits.unpacked() + " that a layer may have, sparse files counted in full");
        }
        if (bytes < nextLook) {
            return;
        }
        nextLook = bytes + STRIDE;
        long free = disk.free();
        if (free < limits.free().value()) {
            throw new Full("%s of the node's disk are free, and at least %s are left; so far it had %s".formatted(new Bytes(free), limits.free(), new Bytes(bytes)));
        }
    }
}
