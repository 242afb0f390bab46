package io.gantry.cli.client;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * HTTP/1.1 (RFC 9112) as far as a program needs it that asks a question or two and ends: each request has a connection of its own, and nothing runs beside it. The JDK's client takes longer to
 * begin than all the rest of such a program.
 *
 * @param origin scheme, host and port
 */
record Http(URI origin, String token) {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final int PIECE = 32 * 1024;
    private static final byte[] LINE_END = {'\r', '\n'};

    /**
     * A request's body.
     *
     * @param length -1 if nobody knows: it is sent in chunks
     * @param headers that it comes with, of characters of ISO 8859-1 without line ends
     */
    record Body(InputStream bytes, long length, String type, Map<String, String> headers) {
        Body(InputStream bytes, long length, String type) {
            this(bytes, length, type, Map.of());
        }
    }

    /**
     * Answers when the head of the answer has come; the caller closes its body. A server may answer and close before it has read all: that answer counts.
     *
     * @param target path and query
     * @param body {@code null} for none
     * @throws IOException also when the body can't be read: what was sent of it never looks complete
     */
    HttpAnswer send(String method, String target, Body body) throws IOException {
        Socket socket = connect();
        try {
            IOException unsent = send(head(method, target, body), body, socket.getOutputStream());
            try {
                return HttpAnswer.read(method, socket);
            } catch (IOException e) {
                throw unsent == null ? e : unsent;
            }
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** @return why the other end took no more, or {@code null} */
    private static IOException send(String head, Body body, OutputStream to) throws IOException {
        OutputStream out = new BufferedOutputStream(to);
        byte[] buffer = new byte[PIECE];
        try {
            out.write(head.getBytes(StandardCharsets.ISO_8859_1));
            for (int count = read(body, buffer); count >= 0; count = read(body, buffer)) {
                if (body.length() < 0) {
                    out.write((Integer.toHexString(count) + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
                }
                out.write(buffer, 0, count);
                if (body.length() < 0) {
                    out.write(LINE_END);
                    out.flush();
                }
            }
            if (body != null && body.length() < 0) {
                out.write("0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            }
            out.flush();
            return null;
        } catch (Unreadable e) {
            throw e.why();
        } catch (IOException e) {
            return e;
        }
    }

    /** @throws Unreadable so that it isn't taken for trouble with the other end */
    private static int read(Body body, byte[] buffer) throws IOException {
        if (body == null) {
            return -1;
        }
        try {
            return body.bytes().read(buffer);
        } catch (IOException e) {
            throw new Unreadable(e);
        }
    }

    private static final class Unreadable extends IOException {
        Unreadable(IOException why) {
            super(why);
        }

        IOException why() {
            return (IOException) getCause();
        }
    }

    private Socket connect() throws IOException {
        boolean tls = origin.getScheme().equals("https");
        int port = origin.getPort() > 0 ? origin.getPort() : tls ? 443 : 80;
        Socket socket = new Socket();
        try {
            try {
                socket.connect(new InetSocketAddress(origin.getHost(), port), (int) CONNECT.toMillis());
            } catch (IOException e) {
                throw new IOException("nothing answers at " + origin + "; is it running? See ./gantry status", e);
            }
            return tls ? secured(socket, port) : socket;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** The name in the certificate must be the one that was asked for. */
    private Socket secured(Socket plain, int port) throws IOException {
        SSLSocket socket = (SSLSocket) ((SSLSocketFactory) SSLSocketFactory.getDefault()).createSocket(plain, origin.getHost(), port, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    private String head(String method, String target, Body body) {
        StringBuilder head = new StringBuilder(method).append(' ').append(target).append(" HTTP/1.1\r\nHost: ").append(origin.getRawAuthority())
                .append("\r\nConnection: close\r\nAuthorization: Bearer ").append(token).append("\r\n");
        if (body != null && body.type() != null) {
            head.append("Content-Type: ").append(body.type()).append("\r\n");
        }
        if (body != null) {
            body.headers().forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        }
        if (body != null && body.length() < 0) {
            head.append("Transfer-Encoding: chunked\r\n");
        } else if (body != null || !method.equals("GET") && !method.equals("HEAD")) {
            head.append("Content-Length: ").append(body == null ? 0 : body.length()).append("\r\n");
        }
        return head.append("\r\n").toString();
    }
}
