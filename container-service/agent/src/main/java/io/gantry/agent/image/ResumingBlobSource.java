package io.gantry.agent.image;

import io.gantry.contracts.unit.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Goes on with a blob where it broke off: a service that is restarted, or a network that is gone for a moment, doesn't make a layer begin anew. A source that is
 * {@link BlobSourceAway away} from the beginning, or for longer than all pauses together, stays so for whoever reads.
 */
public final class ResumingBlobSource implements BlobSource {
    private static final Logger LOG = Logger.getLogger(ResumingBlobSource.class);
    private static final List<Duration> PAUSES = List.of(Duration.ofMillis(200), Duration.ofMillis(500), Duration.ofSeconds(1), Duration.ofSeconds(3), Duration.ofSeconds(5));
    private final Ranges source;
    private final List<Duration> pauses;

    /** A source that gives a blob from any byte on. */
    public interface Ranges {
        /** @param from the first byte */
        InputStream open(Digest blob, long from) throws IOException;
    }

    public ResumingBlobSource(Ranges source) {
        this(source, PAUSES);
    }

    /** @param pauses before each attempt of several in a row that bring nothing */
    ResumingBlobSource(Ranges source, List<Duration> pauses) {
        this.source = source;
        this.pauses = pauses;
    }

    @Override
    public InputStream open(Digest blob) throws IOException {
        return new Body(blob, source.open(blob, 0));
    }

    private final class Body extends InputStream {
        private final Digest blob;
        private InputStream piece;
        private long got;
        private int inVain;

        Body(Digest blob, InputStream first) {
            this.blob = blob;
            this.piece = first;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            while (true) {
                try {
                    int count = piece.read(into, from, length);
                    if (count > 0) {
                        got += count;
                        inVain = 0;
                    }
                    return count;
                } catch (BlobSourceAway e) {
                    goOn(e);
                }
            }
        }

        private void goOn(BlobSourceAway broken) throws IOException {
            piece.close();
            BlobSourceAway last = broken;
            while (inVain < pauses.size()) {
                pause(pauses.get(inVain++));
                try {
                    piece = source.open(blob, got);
                    LOG.infof("%s: goes on at byte %d", last.getMessage(), got);
                    return;
                } catch (BlobSourceAway e) {
                    last = e;
                }
            }
            throw last;
        }

        private void pause(Duration time) throws IOException {
            try {
                Thread.sleep(time);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while fetching " + blob, e);
            }
        }

        @Override
        public void close() throws IOException {
            piece.close();
        }
    }
}
