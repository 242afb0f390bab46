package io.gantry.image.report.read;

import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;

/** Everything that leaves it has gone through the digest, what is skipped too. */
final class DigestedStream extends DigestInputStream {
    DigestedStream(InputStream in, MessageDigest digest) {
        super(in, digest);
    }

    @Override
    public long skip(long count) throws IOException {
        byte[] skipped = new byte[(int) Math.min(1 << 16, Math.max(1, count))];
        return Math.max(0, read(skipped, 0, (int) Math.min(skipped.length, Math.max(0, count))));
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
