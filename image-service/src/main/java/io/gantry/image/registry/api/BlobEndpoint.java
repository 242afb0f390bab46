package io.gantry.image.registry.api;

import io.gantry.contracts.unit.Digest;
import io.gantry.image.Database;
import io.gantry.image.content.BlobReader;
import io.gantry.image.edge.Answer;
import io.gantry.image.registry.core.ByteRange;
import io.gantry.image.registry.core.RegistryRefusal.Code;
import io.gantry.image.registry.core.RegistryRefusal;
import io.gantry.image.registry.core.RegistryRequest;
import io.gantry.image.registry.store.RepositoryBlobs;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.List;

/** Blobs of a repository: shown, fetched, taken out. */
@Singleton
class BlobEndpoint {
    private final Database database;
    private final RepositoryBlobs blobs;
    private final BlobReader content;

    @Inject
    BlobEndpoint(Database database, RepositoryBlobs blobs, BlobReader content) {
        this.database = database;
        this.blobs = blobs;
        this.content = content;
    }

    Answer answer(HttpServerRequest request, RegistryRequest.Blob blob) {
        return switch (request.method().name()) {
            case "GET", "HEAD" -> send(request, blob);
            case "DELETE" -> delete(blob);
            default -> throw RegistryRoutes.wrongMethod(request);
        };
    }

    private Answer send(HttpServerRequest request, RegistryRequest.Blob blob) {
        Digest digest = blob.digest();
        // who asks only whether it is here is about to rely on it
        Long size = request.method().name().equals("HEAD")
                ? database.await(() -> blobs.look(blob.repository(), digest)).orElse(null)
                : database.await(() -> blobs.sizes(blob.repository(), List.of(digest))).get(digest);
        if (size == null) {
            throw unknown(blob);
        }
        String[] headers = {
            "Content-Type", "application/octet-stream",
            "Docker-Content-Digest", blob.asked(),
            "ETag", '"' + blob.asked() + '"',
            "Accept-Ranges", "bytes",
            "Content-Range", ""
        };
        return switch (ByteRange.of(request.getHeader("Range"), size)) {
            case ByteRange.Asked.Everything _ ->
                    Answer.file(200, content.path(digest), 0, size, Arrays.copyOf(headers, 8));
            case ByteRange.Asked.Part(var range) -> {
                headers[9] = "bytes " + range.first() + "-" + range.last() + "/" + size;
                yield Answer.file(206, content.path(digest), range.first(), range.length(), headers);
            }
            case ByteRange.Asked.Unsatisfiable _ -> Answer.empty(416, "Content-Range", "bytes */" + size);
        };
    }

    private Answer delete(RegistryRequest.Blob blob) {
        if (!database.await(() -> blobs.unlink(blob.repository(), blob.digest()))) {
            throw unknown(blob);
        }
        return Answer.empty(202);
    }

    private static RegistryRefusal unknown(RegistryRequest.Blob blob) {
        return new RegistryRefusal(Code.BLOB_UNKNOWN, blob.repository() + " has no such blob", blob.asked());
    }
}
