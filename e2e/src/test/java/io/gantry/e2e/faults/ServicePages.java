package io.gantry.e2e.faults;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/** What a service tells those who run it: {@code /q/health}, {@code /q/metrics}, {@code /q/openapi} of its own port. */
record ServicePages(int port) {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    HttpResponse<String> page(String path) {
        try {
            return HTTP.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError("nobody answers on port " + port, e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
