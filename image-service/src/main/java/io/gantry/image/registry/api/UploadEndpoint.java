package io.gantry.image.registry.api;

import io.gantry.contracts.unit.Digest;
import io.gantry.image.Database;
import io.gantry.image.content.BlobWriter;
import io.gantry.image.content.Sha512;
import io.gantry.image.edge.Answer;
import io.gantry.image.edge.RequestBody;
import io.gantry.image.edge.ScopeHeader;
import io.gantry.image.registry.core.ByteRange;
import io.gantry.image.registry.core.RegistryRefusal;
import io.gantry.image.registry.core.RegistryRefusal.Code;
import io.gantry.image.registry.core.RegistryRequest;
import io.gantry.image.registry.store.OtherNames;
import io.gantry.image.registry.store.RepositoryBlobs;
import io.gantry.image.sharing.WireLedger;
import io.gantry.image.sharing.WireLedger.Way;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Blobs on their way in: in one request, in chunks, gone on with later, or mounted from another repository. */
@Singleton
class UploadEndpoint {
    private final Database database;
    private final RepositoryBlobs blobs;
    private final OtherNames names;
    private final BlobWriter content;
    private final WireLedger wire;
    private final ScopedRegistry scoped;
    private final Set<String> busy = ConcurrentHashMap.newKeySet();

    @Inject
    UploadEndpoint(Database database, RepositoryBlobs blobs, OtherNames names, BlobWriter content, WireLedger wire, ScopedRegistry scoped) {
        this.database = database;
        this.blobs = blobs;
        this.names = names;
        this.content = content;
        this.wire = wire;
        this.scoped = scoped;
    }

    Answer start(HttpServerRequest request, RegistryRequest.Uploads start, RequestBody body) throws IOException {
        if (!request.method().name().equals("POST")) {
            throw RegistryRoutes.wrongMethod(request);
        }
        Optional<Answer> mounted = mount(request, start.repository());
        if (mounted.isPresent()) {
            return mounted.get();
        }
        String digest = request.getParam("digest") == null ? null : digest(request.getParam("digest"));
        String id = UUID.randomUUID().toString();
        content.begin(id);
        if (digest == null) {
            database.await(() -> blobs.beginUpload(id, start.repository()));
            return accepted(new RegistryRequest.Upload(start.repository(), id), 0);
        }
        // nobody is told where one could go on, so that it isn't written down
        try {
            content.append(id, body);
            return commit(start.repository(), id, digest, null);
        } finally {
            content.cancel(id);
        }
    }

    Answer answer(HttpServerRequest request, RegistryRequest.Upload upload, RequestBody body) throws IOException {
        if (!database.await(() -> blobs.hasUpload(upload.id(), upload.repository())) || !content.exists(upload.id())) {
            throw unknown(upload);
        }
        if (!busy.add(upload.id())) {
            throw new RegistryRefusal(Code.BLOB_UPLOAD_INVALID, "another request is writing to this upload", upload.id());
        }
        try {
            return switch (request.method().name()) {
                case "GET", "HEAD" -> status(upload);
                case "PATCH" -> {
                    checkChunk(request, upload);
                    yield accepted(upload, content.append(upload.id(), body));
                }
                case "PUT" -> {
                    String digest = digest(String.valueOf(request.getParam("digest")));
                    checkChunk(request, upload);
                    content.append(upload.id(), body);
                    yield commit(upload, digest);
                }
                case "DELETE" -> {
                    forget(upload);
                    yield Answer.empty(204);
                }
                default -> throw RegistryRoutes.wrongMethod(request);
            };
        } finally {
            busy.remove(upload.id());
        }
    }

    private void forget(RegistryRequest.Upload upload) throws IOException {
        content.cancel(upload.id());
        database.await(() -> blobs.endUpload(upload.id()));
    }

    private Optional<Answer> mount(HttpServerRequest request, String repository) {
        String from = request.getParam("from");
        if (request.getParam("mount") == null || from == null) {
            return Optional.empty();
        }
        String asked = digest(request.getParam("mount"));
        String source = RegistryRequest.name(from);
        Digest digest = Sha512.is(asked) ? database.await(() -> names.meant(List.of(new Sha512(asked)))).get(asked) : new Digest(asked);
        Long size = digest == null ? null : database.await(() -> blobs.sizes(source, List.of(digest))).get(digest);
        if (size == null || !scoped.maySee(ScopeHeader.of(request), source, digest)) {
            return Optional.empty();
        }
        try {
            link(repository, asked, digest, size, null);
        } catch (RegistryRefusal gone) {
            return Optional.empty();
        }
        wire.add(Way.MOUNTED, size);
        return Optional.of(created(repository, asked));
    }

    /** A chunk that says where it belongs must begin where the upload ends. */
    private void checkChunk(HttpServerRequest request, RegistryRequest.Upload upload) throws IOException {
        String header = request.getHeader("Content-Range");
        if (header == null) {
            return;
        }
        long length = content.length(upload.id());
        ByteRange range = ByteRange.ofChunk(header).filter(found -> found.first() == length).orElseThrow(() -> new RegistryRefusal(
                Code.BLOB_UPLOAD_INVALID, "the upload has " + length + " bytes; Content-Range must begin there", header));
        String announced = request.getHeader("Content-Length");
        if (announced != null && !announced.equals(Long.toString(range.length()))) {
            throw new RegistryRefusal(Code.SIZE_INVALID, "Content-Range speaks of " + range.length() + " bytes, Content-Length of " + announced, header);
        }
    }

    /** It is over, well or not. */
    private Answer commit(RegistryRequest.Upload upload, String digest) throws IOException {
        try {
            return commit(upload.repository(), upload.id(), digest, upload.id());
        } catch (RegistryRefusal refused) {
            database.await(() -> blobs.endUpload(upload.id()));
            throw refused;
        }
    }

    /** @param written which upload the database knows of; may be {@code null} */
    private Answer commit(String repository, String id, String digest, String written) throws IOException {
        BlobWriter.Stored stored;
        try {
            stored = Sha512.is(digest) ? content.commit(id, new Sha512(digest)) : content.commit(id, new Digest(digest));
        } catch (BlobWriter.DigestMismatch e) {
            throw new RegistryRefusal(Code.DIGEST_INVALID, e.getMessage(), digest);
        }
        link(repository, digest, stored.digest(), stored.size(), written);
        wire.add(Way.PUSHED, stored.size());
        return created(repository, digest);
    }

    /** @param asked the digest, or another name of the same bytes, which is noted then */
    private void link(String repository, String asked, Digest digest, long size, String written) {
        database.await(() -> Sha512.is(asked)
                ? blobs.link(repository, digest, new Sha512(asked), size, written)
                : blobs.link(repository, digest, size, written));
    }

    private Answer status(RegistryRequest.Upload upload) throws IOException {
        return progress(204, upload, content.length(upload.id()));
    }

    private static Answer accepted(RegistryRequest.Upload upload, long length) {
        return progress(202, upload, length);
    }

    private static Answer progress(int status, RegistryRequest.Upload upload, long length) {
        return Answer.empty(
                status,
                "Location", "/v2/" + upload.repository() + "/blobs/uploads/" + upload.id(),
                "Range", "0-" + Math.max(0, length - 1),
                "Docker-Upload-UUID", upload.id());
    }

    private static Answer created(String repository, String digest) {
        return Answer.empty(
                201, "Location", "/v2/" + repository + "/blobs/" + digest, "Docker-Content-Digest", digest);
    }

    private static String digest(String text) {
        if (!Digest.isDigest(text) && !Sha512.is(text)) {
            throw new RegistryRefusal(Code.DIGEST_INVALID, "a digest is sha256:<64 hex digits> or sha512:<128 hex digits>", text);
        }
        return text;
    }

    private static RegistryRefusal unknown(RegistryRequest.Upload upload) {
        return new RegistryRefusal(Code.BLOB_UPLOAD_UNKNOWN, "no upload has that id; begin anew", upload.id());
    }
}
