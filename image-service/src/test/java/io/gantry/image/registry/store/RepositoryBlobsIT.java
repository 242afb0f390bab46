package io.gantry.image.registry.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.unit.Digest;
import io.gantry.image.Database;
import io.gantry.image.content.BlobWriter;
import io.gantry.image.fixture.ImageServiceTest;
import io.gantry.image.registry.core.RegistryRefusal;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@QuarkusTest
class RepositoryBlobsIT extends ImageServiceTest {
    private static final String REPOSITORY = "several/blobs";
    private static final byte[] HERE = "here".getBytes(StandardCharsets.UTF_8);
    private static final Digest GONE = new Digest("sha256:" + "9".repeat(64));
    @Inject Database database;
    @Inject RepositoryBlobs blobs;
    @Inject BlobWriter content;

    @Test
    void ofSeveralBlobsAllCanBeHadOrNone() throws Exception {
        content.store(new ByteArrayInputStream(HERE));
        Digest here = BlobWriter.digestOf(HERE);
        Digest other = BlobWriter.digestOf("other".getBytes(StandardCharsets.UTF_8));
        content.store(new ByteArrayInputStream("other".getBytes(StandardCharsets.UTF_8)));

        assertThatThrownBy(() -> database.await(() -> blobs.link(REPOSITORY, Map.of(here, 4L, GONE, 7L)))).isInstanceOf(RegistryRefusal.class).hasMessageContaining("isn't here any more");
        assertThat(database.await(() -> blobs.sizes(REPOSITORY, List.of(here, GONE)))).isEmpty();

        database.await(() -> blobs.link(REPOSITORY, Map.of(here, 4L, other, 5L)));
        assertThat(database.await(() -> blobs.sizes(REPOSITORY, List.of(here, other)))).isEqualTo(Map.of(here, 4L, other, 5L));
    }
}
