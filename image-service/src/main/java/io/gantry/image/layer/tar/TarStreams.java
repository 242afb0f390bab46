package io.gantry.image.layer.tar;

import com.github.luben.zstd.ZstdInputStream;
import io.gantry.contracts.tar.TarFailure;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/** Opens compressed archives. */
public final class TarStreams {
    private TarStreams() {}

    /** By the media type of a layer. */
    public static InputStream open(InputStream blob, String mediaType) throws IOException {
        if (mediaType.endsWith("gzip")) {
            return gzip(blob);
        }
        return mediaType.endsWith("zstd") ? new ZstdInputStream(blob) : blob;
    }

    /** By its first bytes: plain, gzip or zstd. Others are refused by name. */
    public static InputStream recognise(InputStream archive) throws IOException {
        BufferedInputStream in = new BufferedInputStream(archive, 1 << 16);
        in.mark(8);
        byte[] start = in.readNBytes(6);
        in.reset();
        if (begins(start, 0x1f, 0x8b)) {
            return gzip(in);
        }
        if (begins(start, 0x28, 0xb5, 0x2f, 0xfd)) {
            return new ZstdInputStream(in);
        }
        if (begins(start, 'B', 'Z', 'h') || begins(start, 0xfd, '7', 'z', 'X', 'Z')) {
            throw new TarFailure("archives packed by bzip2 or xz are not supported; use gzip, zstd or none");
        }
        return in;
    }

    /** Whether a file's first bytes (512 are enough) are those of an archive that ADD unpacks. */
    public static boolean isArchive(byte[] start) {
        boolean packed = begins(start, 0x1f, 0x8b) || begins(start, 0x28, 0xb5, 0x2f, 0xfd);
        return packed || start.length >= 262 && new String(start, 257, 5, StandardCharsets.ISO_8859_1).equals("ustar");
    }

    private static InputStream gzip(InputStream in) throws IOException {
        return new BufferedInputStream(GzipCompressorInputStream.builder().setInputStream(in).setDecompressConcatenated(true).get(), 1 << 16);
    }

    private static boolean begins(byte[] data, int... wanted) {
        for (int i = 0; i < wanted.length; i++) {
            if (i >= data.length || (data[i] & 0xff) != wanted[i]) {
                return false;
            }
        }
        return true;
    }
}
