package io.gantry.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.tar.TarEntry;
import io.gantry.contracts.tar.TarFailure;
import io.gantry.contracts.tar.TarReader;
import io.gantry.contracts.tar.TarWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is written is read back, byte for byte, and broken archives are named as such. */
class TarTest {
    private static final Instant TIME = Instant.parse("2026-01-02T03:04:05.123456789Z");

    @Test
    void keepsNanosecondsLongNamesLargeOwnersAndBinaryAttributes() throws IOException {
        byte[] capability = {1, 0, 0, 2, (byte) 0x80, 0, 10, 0, '=', '\n', (byte) 0xff};
        TarEntry entry =
                new TarEntry(
                        "usr/share/" + "very-long-".repeat(20) + "Főtanúsítvány.crt", TarEntry.Kind.FILE, 04755, 3_000_000_000L,
                        70_000, 3, TIME, "", 0, 0, Map.of("security.capability", capability));
        TarReader reader = new TarReader(new ByteArrayInputStream(archive(entry, "abc")));
        TarEntry read = reader.next().orElseThrow();
        assertThat(read).usingRecursiveComparison().isEqualTo(entry);
        assertThat(reader.content().readAllBytes()).asString().isEqualTo("abc");
        assertThat(reader.next()).isEmpty();
    }

    @Test
    void readsEntriesWhoseContentNobodyTook() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarWriter writer = new TarWriter(out)) {
            writer.add(TarEntry.folder("a", 0755, 0, 0, Instant.EPOCH));
            writer.add(TarEntry.file("a/b", 0644, 0, 0, 1000, Instant.EPOCH), new ByteArrayInputStream(new byte[1000]));
            writer.add(TarEntry.link("a/c", "b", 0, 0, Instant.EPOCH));
        }
        TarReader reader = new TarReader(new ByteArrayInputStream(out.toByteArray()));
        List<String> names = new ArrayList<>();
        for (var entry = reader.next(); entry.isPresent(); entry = reader.next()) {
            names.add(entry.get().kind() + " " + entry.get().name());
        }
        assertThat(names).containsExactly("FOLDER a", "FILE a/b", "SYMBOLIC_LINK a/c");
    }

    @Test
    void saysThatAnArchiveEndsTooEarly() throws IOException {
        byte[] whole = archive(TarEntry.file("a", 0644, 0, 0, 3, Instant.EPOCH), "abc");
        TarReader reader = new TarReader(new ByteArrayInputStream(whole, 0, 514));
        reader.next();
        assertThatThrownBy(() -> reader.content().readAllBytes()).isInstanceOf(TarFailure.class).hasMessageContaining("middle of a file");
    }

    @Test
    void refusesWhatIsNoArchive() {
        byte[] noise = "#!/bin/sh\n".repeat(100).getBytes();
        assertThatThrownBy(() -> new TarReader(new ByteArrayInputStream(noise)).next())
                .isInstanceOf(TarFailure.class)
                .hasMessageContaining("not a tar archive");
    }

    @Test
    void refusesAHeaderThatClaimsGigabytes() throws IOException {
        byte[] whole = archive(TarEntry.file("a", 0644, 0, 0, 0, Instant.EPOCH), "");
        whole[156] = 'x';
        byte[] size = "77777777777".getBytes();
        System.arraycopy(size, 0, whole, 124, 11);
        sum(whole);
        assertThatThrownBy(() -> new TarReader(new ByteArrayInputStream(whole)).next())
                .isInstanceOf(TarFailure.class)
                .hasMessageContaining("at most 1048576");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "size=1.5|'a' has the size 1.5",
        "size=-1|'a' has the size -1",
        "size=9223372036854775296|'a' has the size 9223372036854775296",
        "size=99999999999999999999|'a' has the size 99999999999999999999",
        "mtime=99999999999999999999|'a' has the time 99999999999999999999",
        "mtime=999999999999999999.5|'a' has the time 999999999999999999.5",
        "mtime=soon|the extended header's mtime is 'soon'",
        "uid=-1|uid -1 is not an owner",
        "uid=18446744073709551616|uid 18446744073709551616 is not an owner",
    })
    void refusesExtendedHeadersThatCannotBe(String record, String message) throws IOException {
        byte[] extended = extended(record);
        assertThatThrownBy(() -> new TarReader(new ByteArrayInputStream(extended)).next()).isInstanceOf(TarFailure.class).hasMessage(message);
    }

    @Test
    void refusesSizesThatOnlyAHeadersBytesCanSay() throws IOException {
        byte[] whole = archive(TarEntry.file("a", 0644, 0, 0, 0, Instant.EPOCH), "");
        Arrays.fill(whole, 124, 136, (byte) 0xff);
        sum(whole);
        assertThatThrownBy(() -> new TarReader(new ByteArrayInputStream(whole)).next()).isInstanceOf(TarFailure.class).hasMessage("a header has the size -1");
        Arrays.fill(whole, 124, 136, (byte) 0);
        Arrays.fill(whole, 136, 148, (byte) 0x7f);
        whole[136] = (byte) 0x80;
        sum(whole);
        assertThatThrownBy(() -> new TarReader(new ByteArrayInputStream(whole)).next()).isInstanceOf(TarFailure.class).hasMessageStartingWith("'a' has the time ");
    }

    /** An empty file {@code a} behind a header that says one thing more of it. */
    private static byte[] extended(String record) throws IOException {
        String line = " " + record + "\n";
        int length = line.length() + 2; // itself has two digits
        byte[] first = archive(TarEntry.file("x", 0644, 0, 0, length, Instant.EPOCH), length + line);
        first[156] = 'x';
        sum(first);
        byte[] second = archive(TarEntry.file("a", 0644, 0, 0, 0, Instant.EPOCH), "");
        byte[] both = Arrays.copyOf(first, 1024 + second.length);
        System.arraycopy(second, 0, both, 1024, second.length);
        return both;
    }

    private static void sum(byte[] header) {
        int sum = 0;
        for (int i = 0; i < 512; i++) {
            sum += i >= 148 && i < 156 ? ' ' : header[i] & 0xff;
        }
        System.arraycopy(String.format("%06o\0 ", sum).getBytes(), 0, header, 148, 8);
    }

    private static byte[] archive(TarEntry entry, String content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarWriter writer = new TarWriter(out)) {
            writer.add(entry, new ByteArrayInputStream(content.getBytes()));
        }
        return out.toByteArray();
    }
}
