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
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

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
        int sum = 0;
        for (int i = 0; i < 512; i++) {
            sum += i >= 148 && i < 156 ? ' ' : whole[i] & 0xff;
        }
        System.arraycopy(String.format("%06o\0 ", sum).getBytes(), 0, whole, 148, 8);
        assertThatThrownBy(() -> new TarReader(new ByteArrayInputStream(whole)).next())
                .isInstanceOf(TarFailure.class)
                .hasMessageContaining("at most 1048576");
    }

    private static byte[] archive(TarEntry entry, String content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarWriter writer = new TarWriter(out)) {
            writer.add(entry, new ByteArrayInputStream(content.getBytes()));
        }
        return out.toByteArray();
    }
}
