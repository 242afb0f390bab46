package io.gantry.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server sends, to the byte. */
@Timeout(30)
class HttpTest {
    /** What it got, and what the client made of its answer. */
    private record Spoken(String request, HttpAnswer answer, String body) {}

    private interface Server {
        void talk(Socket client) throws IOException;
    }

    private static Http at(ServerSocket server) {
        return new Http(URI.create("http://127.0.0.1:" + server.getLocalPort()), "secret");
    }

    private static CompletableFuture<Void> serve(ServerSocket server, Server talk) {
        return CompletableFuture.runAsync(() -> {
            try (Socket client = server.accept()) {
                talk.talk(client);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    private static ServerSocket socket() throws IOException {
        return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    /** @param answer bytes that are sent once the request's head has come */
    private static Spoken speak(String method, Http.Body body, String answer) throws IOException {
        StringBuilder request = new StringBuilder();
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        try (ServerSocket server = socket()) {
            CompletableFuture<Void> served = serve(server, client -> {
                InputStream in = client.getInputStream();
                while (request.indexOf("\r\n\r\n") < 0) {
                    request.append((char) in.read());
                }
                client.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
                client.shutdownOutput();
                try {
                    in.transferTo(rest);
                } catch (IOException closed) {
                    // with something of ours unread
                }
            });
            HttpAnswer told = at(server).send(method, "/api/v1/a?b=c", body);
            String text = told.text();
            served.join();
            return new Spoken(request.append(rest.toString(StandardCharsets.ISO_8859_1)).toString().replaceFirst("127.0.0.1:\\d+", "HOST"), told, text);
        }
    }

    private static Http.Body body(String text, boolean known) {
        return new Http.Body(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), known ? text.length() : -1, "text/plain");
    }

    @Test
    void asksByTheLetter() throws IOException {
        String answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
        assertThat(speak("GET", null, answer).request())
                .isEqualTo("GET /api/v1/a?b=c HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\nAuthorization: Bearer secret\r\n\r\n");
        assertThat(speak("POST", null, answer).request()).endsWith("Bearer secret\r\nContent-Length: 0\r\n\r\n");
        assertThat(speak("PATCH", body("four", true), answer).request()).endsWith("\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\nfour");
        assertThat(speak("PUT", body("four and twenty", false), answer).request())
                .endsWith("\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\nf\r\nfour and twenty\r\n0\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "Content-Length: 11\r\n\r\nhello world", "content-length:11\r\n\r\nhello world and more", "\r\nhello world", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;a=b\r\n world\r\n0\r\nTrailer: x\r\n\r\n",
        "Transfer-Encoding: Chunked\r\nContent-Length: 3\r\n\r\n00B\r\nhello world\r\n000\r\n\r\n"
    })
    void readsABodyToItsEnd(String rest) throws IOException {
        assertThat(speak("GET", null, "HTTP/1.1 200 OK\r\n" + rest).body()).isEqualTo("hello world");
    }

    @Test
    void readsStatusAndHead() throws IOException {
        HttpAnswer answer = speak("GET", null, "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 404\r\nContent-Type:  application/problem+json \r\nX-A: 1\r\nx-a: 2\r\n\r\n").answer();
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.header("content-type")).contains("application/problem+json");
        assertThat(answer.header("X-A")).contains("1");
        assertThat(answer.header("Link")).isEmpty();
    }

    @Test
    void whatHasNoBodyIsNotWaitedFor() throws IOException {
        assertThat(speak("HEAD", null, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n").body()).isEmpty();
        assertThat(speak("DELETE", null, "HTTP/1.1 204 No Content\r\n\r\n").body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nb\r\nhello", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n"
    })
    void anAnswerThatBreaksOffIsNone(String answer) {
        assertThatThrownBy(() -> speak("GET", null, answer)).isInstanceOf(IOException.class).hasMessage("the connection was closed before all was answered");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "SSH-2.0-OpenSSH\r\n", "HTTP/2 200\r\n\r\n", "HTTP/1.1 200 OK\r\nno name\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n0\r\n\r\n"
    })
    void whatIsNoHttpIsSaid(String answer) {
        assertThatThrownBy(() -> speak("GET", null, answer)).isInstanceOf(IOException.class).hasMessageStartingWith("what answers doesn't speak HTTP: ");
    }

    @Test
    void aBodyThatCantBeReadNeverLooksWhole() throws IOException {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the disk is gone");
            }
        };
        try (ServerSocket server = socket()) {
            CompletableFuture<String> got = new CompletableFuture<>();
            serve(server, client -> got.complete(new String(client.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1)));
            Http.Body body = new Http.Body(new SequenceInputStream(new ByteArrayInputStream(new byte[100_000]), broken), -1, null);
            assertThatThrownBy(() -> at(server).send("POST", "/", body)).isInstanceOf(IOException.class).hasMessage("the disk is gone");
            assertThat(got.join()).doesNotContain("0\r\n\r\n");
        }
    }

    @Test
    void anAnswerBeforeAllIsSentCounts() throws IOException {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 'x';
            }
        };
        try (ServerSocket server = socket()) {
            serve(server, client -> {
                client.getInputStream().readNBytes(200_000);
                client.getOutputStream().write("HTTP/1.1 413 Too Large\r\nConnection: close\r\n\r\nno more".getBytes(StandardCharsets.ISO_8859_1));
                client.getOutputStream().flush();
                client.shutdownOutput();
                // until the client has seen that nobody reads
                client.shutdownInput();
            });
            HttpAnswer answer = at(server).send("POST", "/", new Http.Body(endless, -1, null));
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.text()).isEqualTo("no more");
        }
    }

    @Test
    void closingABodyEndsItForWhoeverReadsIt() throws Exception {
        try (ServerSocket server = socket()) {
            CompletableFuture<Void> gone = new CompletableFuture<>();
            serve(server, client -> {
                client.getOutputStream().write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n".getBytes(StandardCharsets.ISO_8859_1));
                client.getInputStream().readAllBytes();
                gone.complete(null);
            });
            InputStream body = at(server).send("GET", "/events", null).body();
            assertThat(body.read()).as("what is there is given at once").isEqualTo('a');
            CompletableFuture<Throwable> reader = CompletableFuture.supplyAsync(() -> {
                try {
                    return new AssertionError("read " + body.read());
                } catch (IOException closed) {
                    return closed;
                }
            });
            Thread.sleep(50);
            body.close();
            assertThat(reader.join()).isInstanceOf(IOException.class);
            gone.join();
        }
    }
}
