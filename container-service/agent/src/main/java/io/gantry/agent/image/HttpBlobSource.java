package io.gantry.agent.image;

import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.link.BlobHeaders;
import io.gantry.contracts.unit.Digest;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/**
 * image-service's TLS port for nodes; the context holds this node's certificate and trusts the installation's CA only. A service that can't be
 * reached, breaks off, goes quiet or says 5xx is {@link BlobSourceAway away}.
 */
public final class HttpBlobSource implements BlobSource, ResumingBlobSource.Ranges {
    private static final Duration CONNECT_DEADLINE = Duration.ofSeconds(5);
    private static final Duration HEAD_DEADLINE = Duration.ofSeconds(30);
    /** Between two pieces of a body, not for all of it. */
    private static final Duration BODY_PATIENCE = Duration.ofSeconds(30);
    private static final int OK = 200;
    private static final int PARTIAL = 206;
    private static final int SERVER_ERRORS = 500;
    private static final int ELSEWHERE = 307;
    private final HttpClient http;
    private final URI base;
    private final String who;
    private final Duration patience;

    /** What image-service says to a host that takes blobs from others, too. */
    sealed interface Offer {
        /** @param passOn others will be sent here for it */
        record Content(InputStream body, boolean passOn) implements Offer {}

        /** @param base of the node that has it, or is getting it */
        record Elsewhere(NodeId node, URI base) implements Offer {}
    }

    /** @param base {@code https://10.0.0.1:7087} */
    public HttpBlobSource(URI base, SSLContext context) {
        this(base, context, BODY_PATIENCE);
    }

    /** @param patience for the next bytes of a body */
    HttpBlobSource(URI base, SSLContext context, Duration patience) {
        this(client(context, CONNECT_DEADLINE), base, "image-service", patience);
    }

    /** @param who answers there, for people */
    HttpBlobSource(HttpClient http, URI base, String who, Duration patience) {
        this.http = http;
        this.base = base;
        this.who = who;
        this.patience = patience;
    }

    static HttpClient client(SSLContext context, Duration connectDeadline) {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(connectDeadline).sslContext(context).build();
    }

    @Override
    public InputStream open(Digest blob) throws IOException {
        return open(blob, 0);
    }

    @Override
    public InputStream open(Digest blob, long from) throws IOException {
        return content(send(request(blob, from)), from);
    }

    /** @param failed nodes that could not give it; with any the answer is the blob */
    Offer ask(Digest blob, long from, List<NodeId> failed) throws IOException {
        HttpRequest.Builder request = request(blob, from).header(BlobHeaders.TAKES_NODES, "true");
        if (!failed.isEmpty()) {
            request.header(BlobHeaders.FAILED_NODES, String.join(",", failed.stream().map(NodeId::value).toList()));
        }
        HttpResponse<InputStream> response = send(request);
        if (response.statusCode() != ELSEWHERE) {
            return new Offer.Content(content(response, from), response.headers().firstValue(BlobHeaders.PASS_ON).isPresent());
        }
        response.body().close();
        URI location = URI.create(response.headers().firstValue("Location").orElseThrow(() -> new IOException(base + " sends elsewhere and doesn't say where")));
        String node = response.headers().firstValue(BlobHeaders.NODE).orElseThrow(() -> new IOException(base + " sends to " + location + " and doesn't say which node that is"));
        return new Offer.Elsewhere(new NodeId(node), location.resolve("/"));
    }

    private HttpRequest.Builder request(Digest blob, long from) {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve("/blobs/" + blob)).timeout(HEAD_DEADLINE);
        return from == 0 ? request : request.header("Range", "bytes=" + from + "-");
    }

    private HttpResponse<InputStream> send(HttpRequest.Builder request) throws IOException {
        try {
            return http.send(request.build(), _ -> new ArrivingBody(patience));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while fetching from " + base.getAuthority(), e);
        } catch (SSLException e) {
            throw new IOException(who + " at " + base.getAuthority() + " is not who it should be: " + e.getMessage(), e);
        } catch (IOException e) {
            throw away(what(e), e);
        }
    }

    private InputStream content(HttpResponse<InputStream> response, long from) throws IOException {
        if (response.statusCode() == (from == 0 ? OK : PARTIAL)) {
            return new Body(response.body());
        }
        response.body().close();
        String answer = response.uri() + " answered " + response.statusCode();
        throw response.statusCode() >= SERVER_ERRORS ? new BlobSourceAway(answer, null) : new IOException(answer);
    }

    private BlobSourceAway away(String what, IOException cause) {
        return new BlobSourceAway(who + " at " + base.getAuthority() + ": " + what, cause);
    }

    /** Java's own exceptions say little: a refused connection is a ConnectException without a message. */
    private static String what(IOException e) {
        return switch (e) {
            case HttpConnectTimeoutException _ -> "no connection within " + CONNECT_DEADLINE.toSeconds() + " s";
            case HttpTimeoutException _ -> "no answer within " + HEAD_DEADLINE.toSeconds() + " s";
            case ConnectException refused when unresolved(refused) -> "the host's name is unknown here";
            case ConnectException refused -> refused.getMessage() == null ? "the connection was refused" : refused.getMessage();
            default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        };
    }

    private static boolean unresolved(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnresolvedAddressException) {
                return true;
            }
        }
        return false;
    }

    /** The blob itself; says where it came from when it breaks off. */
    private final class Body extends FilterInputStream {
        private long got;

        Body(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            try {
                int count = in.read(into, from, length);
                got += Math.max(0, count);
                return count;
            } catch (IOException e) {
                throw away("broke off after " + got + " bytes: " + what(e), e);
            }
        }
    }
}
