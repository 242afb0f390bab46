package io.gantry.image.report.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.view.ImageReportView.SoftwarePackage;
import io.gantry.contracts.view.ImageReportView.Source;
import io.gantry.image.report.core.RpmDatabase.Unreadable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Databases that rpm's own programs made, and some that nobody's would. */
class RpmDatabaseTest {
    @TempDir Path work;

    @Test
    void packagesHaveTheVersionsThatRpmTells() throws Exception {
        // more than a page of rows has room for, and more than a row has room for in a page
        List<String> specs = new ArrayList<>(IntStream.range(0, 40).mapToObj(number -> spec("small" + number, number + ".1", "2", "", "")).toList());
        specs.add(spec("shop", "1.2~rc1", "3.el9", "Epoch: 4\n", "x".repeat(60_000)));
        byte[] database = database(specs);
        List<SoftwarePackage> found = RpmDatabase.read(database, "var/lib/rpm/rpmdb.sqlite", 100);
        assertThat(found).extracting(one -> one.name() + " " + one.version()).containsExactlyInAnyOrderElementsOf(run("rpm", "--dbpath", work.resolve("db").toString(), "-qa", "--qf", "%{NAME} %{EVR}\\n").lines().toList());
        assertThat(RpmDatabase.read(database, "x", 7)).hasSize(7);
        assertThat(found).hasSize(41).contains(new SoftwarePackage(Source.RPM, "shop", "4:1.2~rc1-3.el9", "var/lib/rpm/rpmdb.sqlite"));
    }

    @Test
    void nothingThatIsBrokenIsReadForeverOrAsSomethingElse() throws Exception {
        byte[] database = database(IntStream.range(0, 8).mapToObj(number -> spec("p" + number, "1", "1", "", "y".repeat(9_000))).toList());
        Random random = new Random(4711);
        for (int i = 0; i < 3_000; i++) {
            byte[] other = database.clone();
            for (int j = 0; j <= i % 5; j++) {
                int first = j == 0 && i % 3 == 0 ? 16 : 100;
                other[first + random.nextInt((first == 16 ? 100 : other.length) - first)] = (byte) random.nextInt();
            }
            try {
                assertThat(RpmDatabase.read(other, "x", 2_000)).hasSizeLessThan(2_000);
            } catch (Unreadable e) {
                assertThat(e).hasMessageMatching("it is broken|it has no table of packages");
            }
        }
        assertThatThrownBy(() -> RpmDatabase.read(Arrays.copyOf(database, database.length / 2), "x", 100)).isInstanceOf(Unreadable.class);
        assertThatThrownBy(() -> RpmDatabase.read(new byte[200], "x", 100)).hasMessage("it is of none of the forms that rpm's database has had");
    }

    /** As rpm kept them before 4.16, by the library that it did it with. */
    @Test
    void packagesOfAHashOfBerkeleyDbAreRead() throws Exception {
        byte[] sqlite = database(specs(41));
        List<SoftwarePackage> packages = RpmDatabase.read(sqlite, "Packages", 100);
        List<byte[]> headers = headers(sqlite);
        for (int pageSize : List.of(512, 4096, 1 << 15)) {
            byte[] database = hash(headers, pageSize);
            assertThat(RpmDatabase.read(database, "Packages", 100)).as("pages of %s", pageSize).hasSize(41).containsExactlyInAnyOrderElementsOf(packages);
            assertThat(RpmDatabase.read(database, "x", 7)).hasSize(7);
        }
        assertThat(RpmDatabase.read(hash(List.of(), 4096), "x", 7)).isEmpty();
    }

    /** A file that rpm's own code made; a package was removed before the last came. */
    @Test
    void packagesOfSusesFormAreRead() throws Exception {
        assertThat(RpmDatabase.read(ndb(), "usr/lib/sysimage/rpm/Packages.db", 100)).extracting(one -> one.name() + " " + one.version()).containsExactly("first 1-1", "third 4:3~rc1-1");
        assertThat(RpmDatabase.read(ndb(), "x", 1)).hasSize(1);
    }

    @Test
    void nothingOfOtherFormsThatIsBrokenIsReadForever() throws Exception {
        List<byte[]> headers = headers(database(specs(12)));
        for (byte[] database : List.of(hash(headers, 512), hash(headers, 4096), ndb())) {
            Random random = new Random(4711);
            for (int i = 0; i < 3_000; i++) {
                byte[] other = database.clone();
                for (int j = 0; j <= i % 5; j++) {
                    other[random.nextInt(i % 3 == 0 ? 100 : other.length)] = (byte) random.nextInt();
                }
                try {
                    assertThat(RpmDatabase.read(other, "x", 2_000)).hasSizeLessThan(2_000);
                } catch (Unreadable e) {
                    assertThat(e).hasMessageMatching("it is broken|it is of none of the forms that rpm's database has had");
                }
            }
            assertThatThrownBy(() -> RpmDatabase.read(Arrays.copyOf(database, database.length / 2), "x", 100)).isInstanceOf(Unreadable.class);
        }
    }

    @Test
    void oneHeaderIsNotReadByManySlots() throws Exception {
        byte[] database = ndb();
        ByteBuffer slots = ByteBuffer.wrap(database);
        for (int slot = 48; slot < 4096; slot += 16) {
            slots.put(slot, database, 32, 16);
        }
        assertBroken(database);
    }

    @Test
    void aSizeOfPagesThatSqliteNeverMakesIsRefused() throws Exception {
        assertThat(RpmDatabase.read(crafted(512, 3, leaf(512, 1, header("p"))), "x", 10)).containsExactly(new SoftwarePackage(Source.RPM, "p", "1-1", "x"));
        for (int size : List.of(0, 4, 35, 256, 513, 768, 49_152)) {
            byte[] database = crafted(512, 3, leaf(512, 1, header("p")));
            ByteBuffer.wrap(database).putShort(16, (short) size);
            assertBroken(database);
        }
        byte[] reserved = crafted(512, 3, leaf(512, 1, header("p")));
        reserved[20] = 33;
        assertBroken(reserved);
    }

    @Test
    void partsOfPartsHaveAnEnd() throws Exception {
        assertThat(RpmDatabase.read(chain(19), "x", 10)).hasSize(1);
        assertBroken(chain(20));
        assertBroken(chain(65_000));
    }

    @Test
    void oneRecordIsNotReadAgainAndAgain() {
        assertBroken(crafted(1 << 16, 3, leaf(1 << 16, 30_000, header("p"))));
        // what isn't told as a package isn't, either
        assertBroken(crafted(1 << 16, 3, leaf(1 << 16, 30_000, header("gpg-pubkey"))));
    }

    @Test
    void aPageHasItsOwnRecordsAlone() {
        byte[] next = crafted(512, 3, leaf(512, 1, header("p")), leaf(512, 1, header("q")));
        ByteBuffer outside = ByteBuffer.wrap(next);
        int cell = outside.getShort(2 * 512 + 8);
        assertBroken(outside.putShort(2 * 512 + 8, (short) (512 + cell)).array());
        // a record that is a pointer to a record as well
        byte[] upon = crafted(512, 3, leaf(512, 130, header("p")));
        assertBroken(upon);
    }

    @Test
    void whatIsFarTooLongIsNoName() throws Exception {
        assertThat(RpmDatabase.read(crafted(4096, 3, leaf(4096, 1, header("n".repeat(255)))), "x", 10)).hasSize(1);
        assertBroken(crafted(4096, 3, leaf(4096, 1, header("n".repeat(256)))));
    }

    private static void assertBroken(byte[] database) {
        assertThatThrownBy(() -> RpmDatabase.read(database, "x", 20_001)).isInstanceOf(Unreadable.class).hasMessage("it is broken");
    }

    /** Pages that each have none but the next, and one with a package at their end. */
    private static byte[] chain(int pages) {
        byte[][] all = new byte[pages + 1][];
        for (int i = 0; i < pages; i++) {
            all[i] = ByteBuffer.allocate(512).put(0, (byte) 5).putInt(8, 4 + i).array();
        }
        all[pages] = leaf(512, 1, header("p"));
        return crafted(512, 3, all);
    }

    /**
     * @param root of the table of packages
     * @param pages from the third on; the second is of no use
     */
    private static byte[] crafted(int pageSize, int root, byte[]... pages) {
        ByteBuffer file = ByteBuffer.allocate(pageSize * (2 + pages.length));
        byte[] row = row("table".getBytes(), "Packages".getBytes(), "Packages".getBytes(), new byte[] {(byte) root});
        file.put("SQLite format 3\0".getBytes()).putShort(16, (short) (pageSize == 1 << 16 ? 1 : pageSize));
        file.put(100, (byte) 13).putShort(103, (short) 1).putShort(108, (short) 200).put(200, cell(row));
        for (int i = 0; i < pages.length; i++) {
            file.put(pageSize * (2 + i), pages[i]);
        }
        return file.array();
    }

    /** @param times that its one record is named */
    private static byte[] leaf(int pageSize, int times, byte[] header) {
        byte[] cell = cell(row(new byte[0], header));
        int at = pageSize - cell.length;
        ByteBuffer page = ByteBuffer.allocate(pageSize).put(0, (byte) 13).putShort(3, (short) times);
        for (int i = 0; i < times; i++) {
            page.putShort(8 + 2 * i, (short) at);
        }
        return page.put(at, cell).array();
    }

    private static byte[] cell(byte[] row) {
        return joined(varint(row.length), new byte[] {1}, row);
    }

    /** The last of one byte is a number, the others are bytes. */
    private static byte[] row(byte[]... values) {
        byte[] kinds = new byte[0];
        for (byte[] value : values) {
            kinds = joined(kinds, value.length == 1 ? new byte[] {1} : varint(12 + 2 * value.length));
        }
        return joined(new byte[] {(byte) (kinds.length + 1)}, kinds, joined(values));
    }

    /** Of the version 1-1. */
    private static byte[] header(String name) {
        byte[] bytes = (name + "\0" + "1\0").getBytes(StandardCharsets.US_ASCII);
        ByteBuffer header = ByteBuffer.allocate(8 + 3 * 16 + bytes.length).putInt(3).putInt(bytes.length);
        header.putInt(1000).putInt(6).putInt(0).putInt(1);
        for (int tag : List.of(1001, 1002)) {
            header.putInt(tag).putInt(6).putInt(name.length() + 1).putInt(1);
        }
        return header.put(bytes).array();
    }

    private static byte[] varint(int value) {
        return value < 128 ? new byte[] {(byte) value} : new byte[] {(byte) (value >> 7 | 0x80), (byte) (value & 0x7f)};
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static byte[] ndb() throws IOException {
        try (var in = RpmDatabaseTest.class.getResourceAsStream("/rpm/Packages.db")) {
            return in.readAllBytes();
        }
    }

    private static List<byte[]> headers(byte[] sqlite) throws Unreadable {
        List<byte[]> all = new ArrayList<>();
        new RpmSqlite(ByteBuffer.wrap(sqlite)).each(header -> {
            byte[] bytes = new byte[header.remaining()];
            header.get(bytes);
            return all.add(bytes);
        });
        return all;
    }

    /** Perl has Berkeley DB. */
    private byte[] hash(List<byte[]> headers, int pageSize) throws IOException, InterruptedException {
        Path file = work.resolve("Packages");
        Files.deleteIfExists(file);
        List<String> words = new ArrayList<>(List.of(
                "perl", "-MDB_File", "-e",
                "$b = DB_File::HASHINFO->new; $b->{bsize} = shift; tie %h, 'DB_File', shift, O_RDWR | O_CREAT, 0644, $b or die $!; $h{pack 'L', 0} = pack 'L', 1 + @ARGV;"
                        + " for (@ARGV) { local $/; open my $in, '<:raw', $_ or die $!; $h{pack 'L', ++$n} = <$in> }",
                Integer.toString(pageSize), file.toString()));
        for (byte[] header : headers) {
            words.add(Files.write(Files.createTempFile(work, "header-", ""), header).toString());
        }
        run(words.toArray(String[]::new));
        return Files.readAllBytes(file);
    }

    /** Some have more than a page has room for. */
    private static List<String> specs(int count) {
        return IntStream.range(0, count).mapToObj(number -> spec("p" + number, number + ".1", "2", "", number % 7 == 0 ? "x".repeat(40_000) : "")).toList();
    }

    private static String spec(String name, String version, String release, String more, String description) {
        return "Name: %s\nVersion: %s\nRelease: %s\n%sSummary: s\nLicense: l\nBuildArch: noarch\n%%description\n%s\n%%files\n".formatted(name, version, release, more, description);
    }

    private byte[] database(List<String> specs) throws IOException, InterruptedException {
        List<String> build = new ArrayList<>(List.of("rpmbuild", "-bb", "--quiet", "--define", "_topdir " + work));
        for (int i = 0; i < specs.size(); i++) {
            build.add(Files.writeString(work.resolve(i + ".spec"), specs.get(i)).toString());
        }
        run(build.toArray(String[]::new));
        List<String> keep = new ArrayList<>(List.of("rpm", "--dbpath", work.resolve("db").toString(), "--justdb", "--nodeps", "-i"));
        try (var made = Files.list(work.resolve("RPMS/noarch"))) {
            made.map(Path::toString).sorted().forEach(keep::add);
        }
        run(keep.toArray(String[]::new));
        return Files.readAllBytes(work.resolve("db/rpmdb.sqlite"));
    }

    private String run(String... words) throws IOException, InterruptedException {
        Path errors = work.resolve("errors");
        Process process = new ProcessBuilder(words).redirectError(errors.toFile()).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(() -> List.of(words) + ": " + said(errors)).isZero();
        return said;
    }

    private static String said(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
