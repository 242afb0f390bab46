package io.gantry.agent.image;

import io.gantry.contracts.unit.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import javax.net.ssl.SSLContext;

/** image-service's TLS port for nodes; the context holds this node's certificate and trusts the installation's CA only. */
public final class HttpBlobSource implements BlobSource {
    private static final Duration CONNECT_DEADLINE = Duration.ofSeconds(5);
    private static final Duration HEAD_DEADLINE = Duration.ofSeconds(30);
    private final HttpClient http;
    private final URI base;

    /** @param base {@code https://10.0.0.1:7087} */
    public HttpBlobSource(URI base, SSLContext context) {
        this.base = base;
        this.http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(CONNECT_DEADLINE)
                        .sslContext(context)
                        .build();
    }

    @Override
    public InputStream open(Digest blob) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(base.resolve("/blobs/" + blob)).timeout(HEAD_DEADLINE).build();
        HttpResponse<InputStream> response;
        try {
            response = http.send(request, BodyHandlers.ofInputStream());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while fetching " + blob, e);
        }
        if (response.statusCode() != 200) {
            response.body().close();
            throw new IOException(request.uri() + " answered " + response.statusCode());
        }
        return response.body();
    }
}
