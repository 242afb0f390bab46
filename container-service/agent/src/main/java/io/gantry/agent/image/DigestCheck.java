package io.gantry.agent.image;

import io.gantry.contracts.tar.WatchedStream;
import io.gantry.contracts.unit.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Passes a stream through and knows in the end whether it was the one that was asked for. */
final class DigestCheck extends WatchedStream {
    private final MessageDigest digest = sha256();

    DigestCheck(InputStream in) {
        super(in);
    }

    @Override
    protected void passed(byte[] data, int from, int length) {
        digest.update(data, from, length);
    }

    /** Reads what is left, so that all of it counts, and compares. */
    void expect(String what, Digest expected) throws IOException {
        byte[] rest = new byte[64 * 1024];
        while (read(rest, 0, rest.length) >= 0) {
            // counted as it passes
        }
        Digest actual = Digest.ofHex(HexFormat.of().formatHex(digest.digest()));
        if (!actual.equals(expected)) {
            throw new IOException("the " + what + " is " + actual + ", expected " + expected);
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
