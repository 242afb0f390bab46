package io.gantry.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Many clients that read one blob from a registry at once, by plain sockets.
 *
 * @param url {@code http://127.0.0.1:7080/v2/shop/web/blobs/sha256:…}
 * @param authorization the header's value; empty if nobody is asked for it
 */
record BlobLoad(URI url, String authorization) {
    private static final int PIECE = 1 << 16;

    /** @return MB a second that all of them got together */
    double rate(int clients) throws Exception {
        long begin = System.nanoTime();
        long bytes = 0;
        try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Long> one : workers.invokeAll(Collections.nCopies(clients, (Callable<Long>) this::read))) {
                bytes += one.get();
            }
        }
        return bytes / 1e6 / ((System.nanoTime() - begin) / 1e9);
    }

    private long read() throws IOException {
        try (Socket socket = new Socket(url.getHost(), url.getPort())) {
            String head = "GET " + url.getPath() + " HTTP/1.1\r\nHost: " + url.getAuthority() + "\r\nConnection: close\r\n"
                    + (authorization.isEmpty() ? "" : "Authorization: " + authorization + "\r\n") + "\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            InputStream in = new BufferedInputStream(socket.getInputStream(), PIECE);
            long length = HttpHead.read(in);
            byte[] piece = new byte[PIECE];
            long got = 0;
            for (int count = in.read(piece); count >= 0 && got < length; count = in.read(piece)) {
                got += count;
            }
            if (got != length) {
                throw new IOException(url + ": " + got + " of " + length + " bytes");
            }
            return got;
        }
    }
}
