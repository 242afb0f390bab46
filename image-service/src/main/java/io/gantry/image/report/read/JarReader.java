package io.gantry.image.report.read;

import io.gantry.contracts.tar.TarFailure;
import io.gantry.contracts.view.ImageReportView.SoftwarePackage;
import io.gantry.contracts.view.ImageReportView.Source;
import io.gantry.image.report.core.PackageLists;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Which libraries a jar is, or has in it: what Maven wrote down, else what the manifest says, else its name. Jars in a jar are looked into, those in them
 * aren't. What would unpack to more than {@value #MOST_BYTES} bytes or has more than {@value #MOST_ENTRIES} entries is left.
 */
final class JarReader {
    private static final long MOST_BYTES = 256L << 20;
    private static final int MOST_ENTRIES = 50_000;
    private static final int SMALL = 1 << 20;

    /** It isn't read to its end; the name alone is known. */
    static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1L;

        Unreadable(String why) {
            super(why, null, false, false);
        }
    }

    private final String path;
    private long left = MOST_BYTES;
    private int entries;

    private JarReader(String path) {
        this.path = path;
    }

    /**
     * @param jar read as far as needed, never closed
     * @throws IOException if what it comes from breaks
     */
    static List<SoftwarePackage> read(String path, InputStream jar) throws IOException, Unreadable {
        try {
            return new JarReader(path).read(path.substring(path.lastIndexOf('/') + 1), jar, true);
        } catch (TarFailure e) {
            throw e;
        } catch (IOException | IllegalArgumentException e) {
            throw new Unreadable("it is no whole zip archive: " + e.getMessage());
        }
    }

    private List<SoftwarePackage> read(String name, InputStream jar, boolean outermost) throws IOException, Unreadable {
        List<SoftwarePackage> libraries = new ArrayList<>();
        List<SoftwarePackage> inside = new ArrayList<>();
        SoftwarePackage said = null;
        ZipInputStream zip = new ZipInputStream(jar);
        for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
            if (++entries > MOST_ENTRIES) {
                throw new Unreadable("it has more than " + MOST_ENTRIES + " entries");
            }
            String file = entry.getName();
            if (file.equals("META-INF/MANIFEST.MF")) {
                said = manifest(small(zip));
            } else if (file.startsWith("META-INF/maven/") && file.endsWith("/pom.properties")) {
                SoftwarePackage library = maven(small(zip));
                if (library != null) {
                    libraries.add(library);
                }
            } else if (outermost && file.endsWith(".jar")) {
                inside.addAll(read(file.substring(file.lastIndexOf('/') + 1), new Counted(zip), false));
            }
            drain(zip);
        }
        if (libraries.isEmpty()) {
            libraries.add(said != null ? said : PackageLists.jar(name, path));
        }
        libraries.addAll(inside);
        return libraries;
    }

    private byte[] small(InputStream in) throws IOException, Unreadable {
        byte[] data = in.readNBytes(SMALL);
        count(data.length);
        return data;
    }

    private void drain(InputStream in) throws IOException, Unreadable {
        byte[] data = new byte[1 << 14];
        for (int got = in.read(data); got >= 0; got = in.read(data)) {
            count(got);
        }
    }

    private void count(long bytes) throws Unreadable {
        left -= bytes;
        if (left < 0) {
            throw new Unreadable("it unpacks to more than " + MOST_BYTES + " bytes");
        }
    }

    private SoftwarePackage maven(byte[] data) throws IOException {
        Properties said = new Properties();
        said.load(new ByteArrayInputStream(data));
        String name = said.getProperty("artifactId", "");
        return name.isBlank() ? null : new SoftwarePackage(Source.JAR, name, said.getProperty("version", ""), path);
    }

    private SoftwarePackage manifest(byte[] data) throws IOException {
        Attributes said = new Manifest(new ByteArrayInputStream(data)).getMainAttributes();
        String name = first(said, "Bundle-SymbolicName", "Implementation-Title", "Automatic-Module-Name");
        String version = first(said, "Implementation-Version", "Bundle-Version", "Specification-Version");
        return name.isEmpty() || version.isEmpty() ? null : new SoftwarePackage(Source.JAR, name.split(";")[0].strip(), version, path);
    }

    private static String first(Attributes said, String... names) {
        for (String name : names) {
            String value = said.getValue(name);
            if (value != null && !value.isBlank()) {
                return value.strip();
            }
        }
        return "";
    }

    /** What a jar in a jar takes of it, packed as it is, counts too; it stays open. */
    private final class Counted extends InputStream {
        private final InputStream in;

        private Counted(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] data, int from, int count) throws IOException {
            int got = in.read(data, from, count);
            left -= Math.max(0, got);
            if (left < 0) {
                throw new IOException("it unpacks to more than " + MOST_BYTES + " bytes");
            }
            return got;
        }
    }
}
