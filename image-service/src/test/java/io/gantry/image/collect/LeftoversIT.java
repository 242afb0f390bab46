package io.gantry.image.collect;

import static org.assertj.core.api.Assertions.assertThat;

import io.agroal.api.AgroalDataSource;
import io.gantry.image.content.BlobPaths;
import io.gantry.image.content.BlobWriter;
import io.gantry.image.fixture.ImageServiceTest;
import io.gantry.kit.fixture.Tables;
import io.quarkus.agroal.DataSource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a process that was killed leaves, and the next one finds; the same with a real kill is KilledRegistry of the platform's tests. */
@QuarkusTest
class LeftoversIT extends ImageServiceTest {
    @Inject Leftovers leftovers;
    @Inject BlobPaths paths;

    @Inject
    @DataSource("image")
    AgroalDataSource jdbc;

    @Test
    void whatNobodyCanGoOnWithGoesAndTheRestStays() throws Exception {
        byte[] blob = "begun before the kill".getBytes();
        String begun = begin("left/here");
        assertThat(registry.send("PATCH", begun, "begun".getBytes()).statusCode()).isEqualTo(202);
        String finished = begin("left/here");
        Files.delete(paths.upload(id(finished)));
        Path unknown = Files.write(paths.upload("nobody-was-told"), new byte[10]);
        Path withdrawn = Files.write(paths.removed().resolve("0".repeat(64)), new byte[10]);
        Path load = Files.write(Files.createDirectories(paths.loads().resolve("load/blobs")).resolve("one"), new byte[10]);
        Path build = Files.write(Files.createDirectories(paths.builds().resolve("build-1/context")).resolve("Dockerfile"), new byte[10]);

        Leftovers.Seen seen = leftovers.look();
        Path since = Files.write(paths.upload("begun-since"), new byte[10]);
        leftovers.remove(seen);

        assertThat(List.of(unknown, withdrawn, load, build)).noneMatch(Files::exists);
        assertThat(paths.loads()).isEmptyDirectory();
        assertThat(paths.builds()).isEmptyDirectory();
        assertThat(since).exists();
        assertThat(Tables.rows(jdbc, "select id from upload")).contains(id(begun)).doesNotContain(id(finished));
        assertThat(registry.send("PUT", begun + "?digest=" + BlobWriter.digestOf(blob), " before the kill".getBytes()).statusCode()).isEqualTo(201);
        assertThat(registry.send("GET", "/v2/left/here/blobs/" + BlobWriter.digestOf(blob)).body()).isEqualTo(blob);
        Files.delete(since);
    }

    @Test
    void aPushOfOneRequestWritesNoUploadDown() throws Exception {
        List<String> before = Tables.rows(jdbc, "select id from upload order by id");
        byte[] other = "other bytes".getBytes();
        assertThat(registry.send("POST", "/v2/left/none/blobs/uploads/?digest=" + BlobWriter.digestOf("these bytes".getBytes()), other).statusCode()).isEqualTo(400);
        registry.pushBlob("left/none", other);
        assertThat(Tables.rows(jdbc, "select id from upload order by id")).isEqualTo(before);
        try (var uploads = Files.list(paths.uploads())) {
            assertThat(uploads.map(each -> each.getFileName().toString())).allMatch(before::contains);
        }
    }

    /** @return where it goes on */
    private String begin(String repository) throws Exception {
        HttpResponse<byte[]> begun = registry.send("POST", "/v2/" + repository + "/blobs/uploads/");
        assertThat(begun.statusCode()).isEqualTo(202);
        return begun.headers().firstValue("Location").orElseThrow();
    }

    private static String id(String location) {
        return location.substring(location.lastIndexOf('/') + 1);
    }
}
