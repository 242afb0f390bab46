package io.gantry.bench;

import io.gantry.bench.peer.Command;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Many clients of REST at once, by plain sockets, so that what they take themselves is little. */
final class RestLoad {
    private static final int CONNECTIONS = 32;
    private final URI url;
    private final String token;

    RestLoad(URI url, String token) {
        this.url = url;
        this.token = token;
    }

    /** Reads of those paths in turn a second, over connections that are kept. */
    double readsPerSecond(List<String> paths, Duration time) throws Exception {
        List<byte[]> requests = paths.stream().map(this::request).toList();
        try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
            long begin = System.nanoTime();
            long end = begin + time.toNanos();
            List<Callable<Long>> work = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                int first = i;
                work.add(() -> reads(requests, first, end));
            }
            long reads = 0;
            for (Future<Long> one : workers.invokeAll(work)) {
                reads += one.get();
            }
            return reads / ((System.nanoTime() - begin) / 1e9);
        }
    }

    private long reads(List<byte[]> requests, int first, long end) throws IOException {
        long count = 0;
        try (Socket socket = new Socket(url.getHost(), url.getPort())) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream(), 1 << 14);
            while (System.nanoTime() < end) {
                socket.getOutputStream().write(requests.get((int) ((first + count) % requests.size())));
                in.skipNBytes(HttpHead.read(in));
                count++;
            }
        }
        return count;
    }

    /** MiB that the process with that pid has more, with so many clients that listen to events and hear none. */
    double memoryOfWatchers(int count, long pid) throws IOException, InterruptedException {
        List<Socket> watching = new ArrayList<>();
        long before = residentAfterCollection(pid);
        try {
            byte[] request = request("/api/v1/events");
            for (int i = 0; i < count; i++) {
                Socket socket = new Socket(url.getHost(), url.getPort());
                watching.add(socket);
                socket.getOutputStream().write(request);
            }
            for (Socket socket : watching) {
                HttpHead.read(socket.getInputStream());
            }
            return (residentAfterCollection(pid) - before) / 1024.0;
        } finally {
            for (Socket socket : watching) {
                socket.close();
            }
        }
    }

    private static long residentAfterCollection(long pid) throws IOException, InterruptedException {
        Command.run(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), Long.toString(pid), "GC.run");
        return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }

    private byte[] request(String path) {
        return ("GET " + path + " HTTP/1.1\r\nHost: " + url.getHost() + "\r\nAuthorization: Bearer " + token + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    }
}
