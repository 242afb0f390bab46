package io.gantry.image.remote;

import io.gantry.contracts.tar.WatchedStream;
import io.gantry.contracts.unit.Digest;
import java.io.InputStream;
import java.util.function.Supplier;

/** Tells how much of a layer was read, in steps that a person can follow; more than the layer has is refused. */
final class Progress extends WatchedStream {
    private static final long LEAST = 1 << 20;
    private static final int STEPS = 50;
    private final Digest layer;
    private final long total;
    private final Supplier<? extends RuntimeException> tooMuch;
    private final TransferHearer hearer;
    private long current;
    private long told;

    /**
     * @param from how much of it was read before
     * @param tooMuch what there is to say of more than the layer has
     */
    Progress(InputStream in, Digest layer, long total, long from, Supplier<? extends RuntimeException> tooMuch, TransferHearer hearer) {
        super(in);
        this.layer = layer;
        this.total = total;
        this.current = from;
        this.told = from;
        this.tooMuch = tooMuch;
        this.hearer = hearer;
    }

    @Override
    protected void passed(byte[] data, int from, int length) {
        current += length;
        if (current > total) {
            throw tooMuch.get();
        }
        if (current - told >= Math.max(LEAST, total / STEPS)) {
            told = current;
            hearer.layer(layer, TransferHearer.State.MOVING, current, total);
        }
    }
}
