package io.gantry.image.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.event.BuildEvent;
import io.gantry.contracts.tar.TarEntry;
import io.gantry.contracts.tar.TarWriter;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The same inputs give the same image on another day, whether something is kept from before or not. */
@QuarkusTest
class SameImageIT extends BuilderTest {
    private static final Instant THEN = Instant.parse("2026-01-01T00:00:00Z");
    private static final String DOCKERFILE = """
            FROM scratch AS made
            ARG SOURCE_DATE_EPOCH
            RUN --mount=type=cache,target=/cache ["/make"]
            FROM scratch
            WORKDIR /srv
            COPY --chown=7 src .
            COPY --from=made /out /srv/out
            COPY <<EOF /srv/note
            written
            EOF
            ADD pack.tar /pack/
            RUN ["/finish"]
            LABEL a=b
            """;

    /** What it was when this test was written, on another day and another machine. */
    private static final String IMAGE = "sha256:0e012891f8a74a9033e38b07b38b44d76a2174a10e2b17d9e5c75fc6922c59db";

    @Test
    void filesHaveNoTimeOfTheirOwnWhenASourceDateIsGiven() throws Exception {
        String query = "buildarg=SOURCE_DATE_EPOCH=" + THEN.getEpochSecond();
        JsonNode first = build(query + "&nocache=1", Instant.parse("2026-03-04T05:06:07Z"));
        JsonNode other = build(query + "&nocache=1", Instant.parse("2027-08-09T10:11:12Z"));
        assertThat(other.path("image")).isEqualTo(first.path("image"));
        assertThat(other.path("manifest")).isEqualTo(first.path("manifest"));
        assertThat(first.path("image").asText()).isEqualTo(IMAGE);
        JsonNode older = build(query + "&nocache=1", Instant.parse("2001-01-01T00:00:00Z"));
        assertThat(older.path("image")).as("files of the context that are older than the source date").isEqualTo(first.path("image"));
    }

    @Test
    void whatWasKeptWithoutASourceDateIsNotTakenForOne() throws Exception {
        JsonNode without = build("", Instant.parse("2026-03-04T05:06:07Z"));
        JsonNode with = build("buildarg=SOURCE_DATE_EPOCH=" + THEN.getEpochSecond(), Instant.parse("2026-03-04T05:06:07Z"));
        assertThat(with.path("image").asText()).isEqualTo(IMAGE).isNotEqualTo(without.path("image").asText());
    }

    @Test
    void aSourceDateThatIsNoneIsRefused() throws Exception {
        assertThat(error(build("buildarg=SOURCE_DATE_EPOCH=today", Map.of("Dockerfile", "FROM scratch\n")))).contains("SOURCE_DATE_EPOCH is 'today', not seconds since 1970");
    }

    /** @param day of everything that is there or made */
    private JsonNode build(String query, Instant day) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(service.resolve("/image-service/builds?" + query))
                .header("Authorization", token.header())
                .POST(BodyPublishers.ofByteArray(tar(day, file("Dockerfile", DOCKERFILE), file("src/a", "A"), folder("src/sub"), file("src/sub/b", "B"), new Part(TarEntry.link("src/l", "a", 0, 0, day), new byte[0]),
                        new Part(null, tar(THEN.minusSeconds(5), file("p", "P")), "pack.tar"))))
                .build();
        CompletableFuture<List<JsonNode>> answer = http.sendAsync(request, BodyHandlers.ofString())
                .thenApply(body -> body.body().lines().map(line -> Json.read(line, JsonNode.class)).toList());
        while (!answer.isDone()) {
            BuildEvent.ContainerWanted wanted = builds.next(BuildEvent.ContainerWanted.class, _ -> true);
            boolean last = wanted.spec().command().equals(List.of("/finish"));
            // what runs makes files of its own present, which no source date is later than
            Instant present = day.isBefore(THEN) ? THEN.plusSeconds(1) : day;
            exit(wanted, 0, "", last ? tar(present, folder("srv"), file("srv/finished", "F")) : tar(present, folder("cache"), file("cache/x", day.toString()), folder("out"), file("out/o", "O")));
            if (last) {
                break;
            }
        }
        JsonNode end = answer.get(30, TimeUnit.SECONDS).getLast();
        assertThat(end.has("image")).as(end.toString()).isTrue();
        return end;
    }

    private record Part(TarEntry entry, byte[] content, String name) {
        Part(TarEntry entry, byte[] content) {
            this(entry, content, entry.name());
        }
    }

    private static Part file(String name, String content) {
        return new Part(null, content.getBytes(), name);
    }

    private static Part folder(String name) {
        return new Part(TarEntry.folder(name, 0755, 0, 0, THEN), new byte[0]);
    }

    private static byte[] tar(Instant day, Part... parts) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarWriter writer = new TarWriter(out)) {
            for (Part part : parts) {
                TarEntry entry = part.entry() == null ? TarEntry.file(part.name(), 0644, 0, 0, part.content().length, day) : part.entry().withModified(day);
                writer.add(entry, new ByteArrayInputStream(part.content()));
            }
        }
        return out.toByteArray();
    }
}
