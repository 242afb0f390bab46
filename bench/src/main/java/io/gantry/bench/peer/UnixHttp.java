package io.gantry.bench.peer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One HTTP/1.0 request over a unix socket, which the JDK's client can't do. */
public record UnixHttp(Path socket) {
    private static final Pattern TYPE = Pattern.compile("(?im)^content-type: *([^;\\s]+)");

    /** @param type the media type without its parameters; empty if none is said */
    public record Answer(int status, String type, String body) {}

    /** Reads an answer to its end without keeping it. @return how many bytes it had, its head included */
    public long drain(String method, String path) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.write(ByteBuffer.wrap((method + " " + path + " HTTP/1.0\r\nHost: d\r\n\r\n").getBytes(StandardCharsets.UTF_8)));
            ByteBuffer buffer = ByteBuffer.allocateDirect(256 * 1024);
            long bytes = 0;
            byte[] status = null;
            for (int count = channel.read(buffer); count >= 0; count = channel.read(buffer)) {
                bytes += count;
                buffer.flip();
                if (status == null && count >= 12) {
                    status = new byte[12];
                    buffer.get(status);
                }
                buffer.clear();
            }
            if (status == null || !new String(status, StandardCharsets.US_ASCII).endsWith(" 200")) {
                throw new IOException(method + " " + path + " wasn't answered with 200");
            }
            return bytes;
        }
    }

    /** Returns when the answer's body begins, whose head may have come long before, and leaves the rest. */
    public void awaitBody(String method, String path) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.write(ByteBuffer.wrap((method + " " + path + " HTTP/1.0\r\nHost: d\r\n\r\n").getBytes(StandardCharsets.UTF_8)));
            ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
            int end = -1;
            while (end < 0 || end + 4 == buffer.position()) {
                if (channel.read(buffer) < 0) {
                    throw new IOException(method + " " + path + " was answered with nothing: " + text(buffer));
                }
                end = text(buffer).indexOf("\r\n\r\n");
            }
            if (!text(buffer).startsWith("200", 9)) {
                throw new IOException(method + " " + path + " was answered with " + text(buffer));
            }
        }
    }

    private static String text(ByteBuffer buffer) {
        return new String(buffer.array(), 0, buffer.position(), StandardCharsets.ISO_8859_1);
    }

    public Answer send(String method, String path, String json) throws IOException {
        return send(method, path, "application/json", json == null ? new byte[0] : json.getBytes(StandardCharsets.UTF_8));
    }

    /** @param type the body's media type */
    public Answer send(String method, String path, String type, byte[] body) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            String head = method + " " + path + " HTTP/1.0\r\nHost: d\r\nContent-Type: " + type + "\r\nContent-Length: " + body.length + "\r\n\r\n";
            channel.write(ByteBuffer.wrap(head.getBytes(StandardCharsets.UTF_8)));
            channel.write(ByteBuffer.wrap(body));
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
            while (channel.read(buffer) >= 0) {
                all.write(buffer.array(), 0, buffer.position());
                buffer.clear();
            }
            String text = all.toString(StandardCharsets.UTF_8);
            int end = text.indexOf("\r\n\r\n");
            String answered = end < 0 ? text : text.substring(0, end);
            Matcher said = TYPE.matcher(answered);
            return new Answer(Integer.parseInt(text.substring(9, 12)), said.find() ? said.group(1) : "", end < 0 ? "" : text.substring(end + 4));
        }
    }

    /** As {@link #send}, but anything other than success is an exception. */
    public String call(String method, String path, String json) throws IOException {
        Answer answer = send(method, path, json);
        if (answer.status() >= 300) {
            throw new IOException(method + " " + path + " answered " + answer.status() + " " + answer.body());
        }
        return answer.body();
    }
}
