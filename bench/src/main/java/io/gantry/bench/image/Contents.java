package io.gantry.bench.image;

import io.gantry.contracts.tar.TarEntry;
import io.gantry.contracts.tar.TarWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Random;

/**
 * What is in one layer, as a tar. The same seed gives the same bytes; half of each file can be pressed away, as in layers that people have.
 *
 * @param folder below the root, one for each layer of an image
 * @param files how many
 * @param bytes of each file
 */
public record Contents(long seed, String folder, int files, int bytes) {
    /** So many files are in one folder. */
    private static final int IN_A_FOLDER = 100;
    private static final int PIECE = 2048;
    private static final Instant MADE = Instant.ofEpochSecond(1_700_000_000);

    void write(OutputStream out) throws IOException {
        Random random = new Random(seed);
        try (TarWriter tar = new TarWriter(out)) {
            tar.add(TarEntry.folder(folder, 0755, 0, 0, MADE));
            for (int i = 0; i < files; i++) {
                String below = folder + "/" + i / IN_A_FOLDER;
                if (i % IN_A_FOLDER == 0) {
                    tar.add(TarEntry.folder(below, 0755, 0, 0, MADE));
                }
                tar.add(TarEntry.file(below + "/" + i, 0644, 0, 0, bytes, MADE), new ByteArrayInputStream(content(random)));
            }
        }
    }

    /** A random piece and then the same again, and so on. */
    private byte[] content(Random random) {
        byte[] content = new byte[bytes];
        byte[] piece = new byte[PIECE];
        for (int at = 0; at < bytes; at += PIECE) {
            if (at / PIECE % 2 == 0) {
                random.nextBytes(piece);
            }
            System.arraycopy(piece, 0, content, at, Math.min(PIECE, bytes - at));
        }
        return content;
    }
}
