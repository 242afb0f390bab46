package io.gantry.image.layer.tar;

import com.github.luben.zstd.ZstdInputStream;
import io.gantry.image.registry.core.MediaTypes;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.tukaani.xz.XZInputStream;

/** Opens compressed archives. */
public final class TarStreams {
    /** What an archive may make xz hold: the largest of its usual levels needs 65 MiB. */
    private static final int XZ_KIBI = 100 * 1024;

    private TarStreams() {}

    /** By the media type of a layer. */
    public static InputStream open(InputStream blob, String mediaType) throws IOException {
        if (mediaType.endsWith("gzip")) {
            return gzip(blob);
        }
        return mediaType.endsWith("zstd") ? new ZstdInputStream(blob) : blob;
    }

    /** The same for whoever must tell a broken archive from a broken disk: what the packed bytes are to blame for is a {@link io.gantry.contracts.tar.TarFailure}. */
    public static InputStream unpack(InputStream blob, String mediaType) throws IOException {
        return Unpacking.of(blob, packed -> open(packed, mediaType));
    }

    /** By its first bytes: plain, gzip, zstd, bzip2 or xz. */
    public static InputStream recognise(InputStream archive) throws IOException {
        BufferedInputStream in = new BufferedInputStream(archive, 1 << 16);
        in.mark(8);
        byte[] start = in.readNBytes(6);
        in.reset();
        if (begins(start, 0x1f, 0x8b)) {
            return Unpacking.of(in, TarStreams::gzip);
        }
        if (begins(start, 0x28, 0xb5, 0x2f, 0xfd)) {
            return Unpacking.of(in, ZstdInputStream::new);
        }
        if (begins(start, 'B', 'Z', 'h')) {
            return Unpacking.of(in, packed -> new BufferedInputStream(new BZip2CompressorInputStream(packed, true), 1 << 16));
        }
        return begins(start, 0xfd, '7', 'z', 'X', 'Z') ? Unpacking.of(in, packed -> new XZInputStream(packed, XZ_KIBI)) : in;
    }

    /** Whether a file's first bytes (512 are enough) are those of an archive that ADD unpacks. */
    public static boolean isArchive(byte[] start) {
        boolean packed = begins(start, 0x1f, 0x8b) || begins(start, 0x28, 0xb5, 0x2f, 0xfd) || begins(start, 'B', 'Z', 'h') || begins(start, 0xfd, '7', 'z', 'X', 'Z');
        return packed || start.length >= 262 && new String(start, 257, 5, StandardCharsets.ISO_8859_1).equals("ustar");
    }

    /** The media type of a layer that is packed so that nodes unpack it, by its first bytes; empty for what is packed otherwise, or not at all. */
    static Optional<String> layerType(byte[] start) {
        if (begins(start, 0x1f, 0x8b)) {
            return Optional.of(MediaTypes.OCI_LAYER_GZIP);
        }
        return begins(start, 0x28, 0xb5, 0x2f, 0xfd) ? Optional.of(MediaTypes.OCI_LAYER_ZSTD) : Optional.empty();
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
