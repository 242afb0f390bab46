package io.gantry.agent.image;

import io.gantry.contracts.unit.Digest;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Passes a stream through and knows in the end whether it was the one that was asked for. */
final class DigestCheck extends FilterInputStream {
    private final MessageDigest digest = sha256();

    DigestCheck(InputStream in) {
        super(in);
    }

    @Override
    public int read() throws IOException {
        int one = in.read();
        if (one >= 0) {
            digest.update((byte) one);
        }
        return one;
    }

    @Override
    public int read(byte[] data, int offset, int length) throws IOException {
        int got = in.read(data, offset, length);
        if (got > 0) {
            digest.update(data, offset, got);
        }
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

    /** Reads what is left, so that all of it counts, and compares. */
    void expect(String what, Digest expected) throws IOException {
        byte[] rest = new byte[64 * 1024];
        while (read(rest, 0, rest.length) >= 0) {
            // counted by read
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
