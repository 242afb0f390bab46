package io.gantry.image.remote;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.image.content.BlobWriter;
import io.gantry.image.registry.core.ManifestDocument;
import io.gantry.image.remote.core.RemoteName;
import io.gantry.image.sharing.WireLedger;
import io.gantry.image.sharing.WireLedger.Way;
import io.gantry.kit.problem.Refused;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.UUID;

/**
 * One blob on its way here. When the connection breaks off it goes on behind the last byte that came (RFC 9110, 14.2), or from the beginning where the registry can't do that. All bytes
 * go through the digest, and what has another one is asked for once more as a whole if it came in pieces.
 */
final class BlobDownload {
    private final RemoteRegistry registry;
    private final RemoteName remote;
    private final ManifestDocument.Descriptor part;
    private final BlobWriter content;
    private final TransferHearer hearer;
    private final WireLedger wire;
    private String upload;
    private boolean pieces;

    BlobDownload(RemoteRegistry registry, RemoteName remote, ManifestDocument.Descriptor part, BlobWriter content, TransferHearer hearer, WireLedger wire) {
        this.registry = registry;
        this.remote = remote;
        this.part = part;
        this.content = content;
        this.hearer = hearer;
        this.wire = wire;
    }

    void run() throws IOException, InterruptedException {
        begin();
        try {
            bytes();
            try {
                content.commit(upload, part.digest());
            } catch (BlobWriter.DigestMismatch e) {
                if (!pieces) {
                    throw e;
                }
                begin();
                bytes();
                content.commit(upload, part.digest());
            }
        } finally {
            content.cancel(upload);
        }
    }

    private void begin() throws IOException {
        upload = UUID.randomUUID().toString();
        content.begin(upload);
        pieces = false;
    }

    private void startAnew() throws IOException {
        content.cancel(upload);
        begin();
    }

    private void bytes() throws IOException, InterruptedException {
        int failures = 0;
        boolean whole = false;
        while (!whole) {
            long before = content.length(upload);
            try {
                some(before);
                whole = true;
            } catch (IOException broken) {
                long now = content.length(upload);
                failures = now > before ? 1 : failures + 1;
                registry.waitAfter(failures, broken);
            }
        }
        if (content.length(upload) != part.size()) {
            throw new IOException("it sent " + content.length(upload) + " bytes of " + what() + ", which has " + part.size());
        }
    }

    /** All that is still missing, or fails when it broke off. */
    private void some(long from) throws IOException, InterruptedException {
        Map<String, String> headers = from == 0 ? Map.of("Accept", "*/*") : Map.of("Accept", "*/*", "Range", "bytes=" + from + "-");
        var asked = new RemoteRegistry.Asked("GET", URI.create("/v2/" + remote.path() + "/blobs/" + part.digest()), headers, BodyPublishers::noBody, what());
        HttpResponse<InputStream> answer = registry.send(asked);
        try (InputStream body = answer.body()) {
            boolean goesOn = answer.statusCode() == 206 && answer.headers().firstValue("Content-Range").orElse("").startsWith("bytes " + from + "-");
            if (from > 0 && !goesOn && (answer.statusCode() < 300 || answer.statusCode() == 416)) {
                startAnew();
                if (answer.statusCode() != 200) {
                    throw new IOException("it doesn't go on where it broke off");
                }
            } else if (answer.statusCode() >= 300) {
                throw registry.refused(asked, answer);
            }
            pieces |= goesOn;
            long at = goesOn ? from : 0;
            wire.add(Way.RESUMED, at);
            try {
                content.append(upload, new Progress(body, part.digest(), part.size(), at, this::tooMuch, hearer));
            } finally {
                wire.add(Way.PULLED, content.length(upload) - at);
            }
        }
    }

    private Refused tooMuch() {
        return new Refused(ProblemType.CONFLICT, "the registry " + remote.registry() + " lies about " + what() + ": it has more than the " + part.size() + " bytes that its manifest says", "don't trust it; try again");
    }

    private String what() {
        return remote.path() + "@" + part.digest();
    }
}
