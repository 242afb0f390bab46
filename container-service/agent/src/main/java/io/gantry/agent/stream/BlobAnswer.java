package io.gantry.agent.stream;

import io.gantry.agent.image.SharedBlobs;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.unit.Digest;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/** {@code GET /blobs/<digest>}: what this host is fetching itself, or has just fetched, for another one; from any byte on that is here already. */
final class BlobAnswer {
    static final String PREFIX = "/blobs/";
    private static final Logger LOG = Logger.getLogger(BlobAnswer.class);
    /** From where others are sent here to where this host's own fetch has begun. */
    private static final Duration BEGINNING = Duration.ofSeconds(2);
    private static final Pattern FROM = Pattern.compile("bytes=(\\d{1,18})-");

    private BlobAnswer() {}

    /** On the request's event loop. */
    static void of(HttpServerRequest request, Vertx vertx, SharedBlobs blobs, Executor blocking) {
        String digest = request.path().substring(PREFIX.length()).replace("%3A", ":");
        String range = request.getHeader("Range");
        Matcher from = FROM.matcher(range == null ? "bytes=0-" : range);
        if (!Digest.isDigest(digest) || !from.matches()) {
            Failures.answer(request, new StreamRefusal(ProblemType.NOT_FOUND, "there is nothing at " + request.path() + " of the range " + range));
            return;
        }
        Context context = vertx.getOrCreateContext();
        blocking.execute(() -> {
            try {
                InputStream blob = blobs.open(new Digest(digest), Long.parseLong(from.group(1)), BEGINNING)
                        .orElseThrow(() -> new StreamRefusal(ProblemType.NOT_FOUND, "this node doesn't pass on " + digest));
                context.runOnContext(_ -> {
                    request.response().setStatusCode(range == null ? 200 : 206);
                    ChunkedOutput out = new ChunkedOutput(request.response(), vertx, "application/octet-stream");
                    blocking.execute(() -> send(blob, out, digest));
                });
            } catch (IOException | InterruptedException | StreamRefusal e) {
                context.runOnContext(_ -> Failures.answer(request, e));
            }
        });
    }

    private static void send(InputStream blob, ChunkedOutput out, String digest) {
        try (blob) {
            byte[] piece = new byte[64 << 10];
            for (int got = blob.read(piece); got >= 0; got = blob.read(piece)) {
                out.write(piece, 0, got);
            }
            out.close();
        } catch (IOException e) {
            LOG.infof("%s was not passed on to its end: %s", digest, e.getMessage());
            out.abort();
        }
    }
}
