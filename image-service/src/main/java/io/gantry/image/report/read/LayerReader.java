package io.gantry.image.report.read;

import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.tar.TarEntry;
import io.gantry.contracts.tar.TarEntry.Kind;
import io.gantry.contracts.tar.TarFailure;
import io.gantry.contracts.tar.TarReader;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.view.ImageReportView.NotRead;
import io.gantry.contracts.view.ImageReportView.SoftwarePackage;
import io.gantry.image.content.BlobWriter;
import io.gantry.image.layer.core.FileTree;
import io.gantry.image.layer.tar.BoundedStream;
import io.gantry.image.layer.tar.TarStreams;
import io.gantry.image.report.core.FileEntry;
import io.gantry.image.report.core.LayerReading;
import io.gantry.image.report.core.LayerReading.SecretFile;
import io.gantry.image.report.core.PackageLists;
import io.gantry.image.report.core.RpmDatabase;
import io.gantry.image.report.core.Secrets;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.regex.Pattern;

/**
 * Reads one layer from its beginning to its end, once: every file goes through a digest, and of some it is looked what they say. Nothing is written. Whatever
 * somebody packed, it holds no more than a megabyte of a file ({@value #LIST} bytes of a package manager's list) and a list of entries that is bounded.
 */
final class LayerReader {
    /** What a list of files may take, in bytes: a quarter of the memory. */
    private static final long MOST_OF_LIST = Runtime.getRuntime().maxMemory() / 4;

    private static final int PATH_MAX = 4096;
    private static final int ENTRY_COST = 250;
    private static final int BEGINNING = 1 << 20;
    private static final int LIST = 32 << 20;
    private static final int MOST_PACKAGES = 20_000;
    private static final int MOST_SECRETS = 200;
    private static final int MOST_NOT_READ = 200;

    private static final Pattern RPM = Pattern.compile("(var/lib|usr/lib/sysimage|usr/share)/rpm/(rpmdb\\.sqlite|Packages(\\.db)?)");

    private final List<FileEntry> files = new ArrayList<>();
    private final Map<String, List<SoftwarePackage>> packages = new HashMap<>();
    private final List<SecretFile> secrets = new ArrayList<>();
    private final Map<String, String> versions = new HashMap<>();
    private final List<NotRead> notRead = new ArrayList<>();
    private long listed;
    private int found;

    private LayerReader() {}

    /**
     * @param most bytes that it may unpack to
     * @throws TarFailure if it isn't what it says to be
     */
    static LayerReading read(InputStream blob, ResolvedImage.Layer layer, Bytes most) throws IOException {
        MessageDigest whole = BlobWriter.sha256();
        LayerReader reader = new LayerReader();
        try (InputStream tar = new DigestedStream(new BoundedStream(TarStreams.unpack(blob, layer.mediaType()), "a layer", most), whole)) {
            reader.read(tar);
            tar.transferTo(OutputStream.nullOutputStream());
        }
        Digest actual = BlobWriter.hex(whole);
        if (!actual.equals(layer.diffId())) {
            throw new TarFailure("its bytes have the digest " + actual + ", the image's configuration says " + layer.diffId());
        }
        return new LayerReading(reader.files, reader.packages, reader.secrets, reader.versions, reader.notRead);
    }

    private void read(InputStream tar) throws IOException {
        TarReader archive = new TarReader(tar);
        for (var next = archive.next(); next.isPresent(); next = archive.next()) {
            TarEntry entry = next.get();
            String path = FileTree.clean(entry.name());
            if (path.length() > PATH_MAX || entry.linkName().length() > PATH_MAX) {
                throw new TarFailure("it has a path of more than " + PATH_MAX + " characters, which no kernel takes");
            }
            if (path.indexOf('\0') >= 0 || entry.linkName().indexOf('\0') >= 0) {
                throw new TarFailure("it has a path with the character U+0000, which no kernel takes");
            }
            listed += ENTRY_COST + path.length() + entry.linkName().length();
            if (listed > MOST_OF_LIST) {
                throw new TarFailure("the list of its files takes more than " + new Bytes(MOST_OF_LIST) + ", the most for this memory");
            }
            String digest = entry.kind() == Kind.FILE ? content(path, entry, archive.content()) : "";
            files.add(new FileEntry(path, entry.kind(), entry.mode(), entry.kind() == Kind.FILE ? entry.size() : 0, digest, entry.linkName()));
        }
    }

    /** @return its digest */
    private String content(String path, TarEntry entry, InputStream plain) throws IOException {
        MessageDigest digest = BlobWriter.sha256();
        InputStream in = new DigestedStream(plain, digest);
        BiFunction<String, String, List<SoftwarePackage>> list = list(path);
        if (list != null) {
            list(path, in, list);
        } else if (RPM.matcher(path).matches()) {
            rpm(path, in);
        } else {
            byte[] beginning = in.readNBytes(BEGINNING);
            if (isJar(path, beginning)) {
                jar(path, new SequenceInputStream(new ByteArrayInputStream(beginning), in));
            } else {
                text(path, beginning);
            }
        }
        in.transferTo(OutputStream.nullOutputStream());
        return HexFormat.of().formatHex(digest.digest());
    }

    private static BiFunction<String, String, List<SoftwarePackage>> list(String path) {
        if (path.equals("var/lib/dpkg/status") || path.startsWith("var/lib/dpkg/status.d/") && !path.endsWith(".md5sums")) {
            return PackageLists::dpkg;
        }
        return path.equals("lib/apk/db/installed") || path.equals("usr/lib/apk/db/installed") ? PackageLists::apk : null;
    }

    private void list(String path, InputStream in, BiFunction<String, String, List<SoftwarePackage>> list) throws IOException {
        byte[] data = in.readNBytes(LIST);
        if (data.length == LIST) {
            notRead(path, "the list of packages has more than " + new Bytes(LIST));
        }
        packages(path, list.apply(new String(data, StandardCharsets.UTF_8), path));
    }

    private void rpm(String path, InputStream in) throws IOException {
        byte[] data = in.readNBytes(LIST);
        try {
            if (data.length == LIST) {
                notRead(path, "rpm's database has more than " + new Bytes(LIST));
            } else {
                packages(path, RpmDatabase.read(data, path, MOST_PACKAGES + 1));
            }
        } catch (RpmDatabase.Unreadable e) {
            notRead(path, "it should be rpm's database: " + e.getMessage());
        }
    }

    private static boolean isJar(String path, byte[] beginning) {
        boolean named = path.endsWith(".jar") || path.endsWith(".war") || path.endsWith(".ear");
        return named && beginning.length > 4 && beginning[0] == 'P' && beginning[1] == 'K' && beginning[2] == 3 && beginning[3] == 4;
    }

    private void jar(String path, InputStream in) throws IOException {
        try {
            packages(path, JarReader.read(path, in));
        } catch (JarReader.Unreadable e) {
            notRead(path, e.getMessage());
            packages(path, List.of(PackageLists.jar(path.substring(path.lastIndexOf('/') + 1), path)));
        }
    }

    private void packages(String path, List<SoftwarePackage> some) {
        int room = Math.max(0, MOST_PACKAGES - found);
        if (some.size() > room) {
            notRead(path, "the layer has more than " + MOST_PACKAGES + " packages");
        }
        List<SoftwarePackage> taken = some.stream().limit(room).toList();
        found += taken.size();
        if (!taken.isEmpty()) {
            packages.put(path, taken);
        }
    }

    private void text(String path, byte[] beginning) {
        for (int i = 0; i < Math.min(beginning.length, 1 << 13); i++) {
            if (beginning[i] == 0) {
                return;
            }
        }
        String text = new String(beginning, StandardCharsets.ISO_8859_1);
        PackageLists.version(path, text).ifPresent(version -> versions.put(path, version));
        Secrets.inFile(path, text).filter(_ -> secrets.size() < MOST_SECRETS).ifPresent(kind -> secrets.add(new SecretFile(path, kind)));
    }

    private void notRead(String path, String why) {
        if (notRead.size() < MOST_NOT_READ) {
            notRead.add(new NotRead(path, why));
        }
    }
}
