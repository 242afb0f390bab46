package io.gantry.agent.observe;

import io.gantry.contracts.unit.Ipv4;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One unary call {@code grpc.health.v1.Health/Check} over HTTP/2 without TLS (grpc/grpc, doc/health-checking.md and doc/PROTOCOL-HTTP2.md): request
 * and answer have one field each, so they are written and read here.
 */
public final class GrpcQuestion {
    private static final int SERVING = 1;
    /** A {@code HealthCheckResponse} has seven bytes. */
    private static final int MOST = 1024;
    private static final String[] STATUS = {"UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"};
    private final HttpClient http;

    public GrpcQuestion(Vertx vertx) {
        // a client of gRPC begins with HTTP/2 at once
        http = vertx.createHttpClient(new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false));
    }

    Answer ask(Ipv4 address, int port, String service, Duration timeout) throws InterruptedException {
        CompletableFuture<Answer> coming = new CompletableFuture<>();
        http.request(new RequestOptions()
                        .setMethod(HttpMethod.POST)
                        .setHost(address.toString())
                        .setPort(port)
                        .setURI("/grpc.health.v1.Health/Check")
                        .setConnectTimeout(timeout.toMillis()))
                .onSuccess(request -> call(request, service, coming))
                .onFailure(coming::completeExceptionally);
        try {
            return coming.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return ProbeQuestions.late(timeout);
        } catch (ExecutionException e) {
            return Answer.bad(address + ":" + port + ": " + ProbeQuestions.reason(e.getCause()));
        } finally {
            coming.cancel(false);
        }
    }

    /** What isn't answered when nobody waits for it any more is taken back: the connection stays, and serves the next question. */
    private static void call(HttpClientRequest request, String service, CompletableFuture<Answer> coming) {
        coming.whenComplete((answer, trouble) -> {
            if (answer == null) {
                request.reset();
            }
        });
        if (!coming.isDone()) {
            request.putHeader("content-type", "application/grpc").putHeader("te", "trailers").send(message(service))
                    .onSuccess(answer -> take(answer, coming))
                    .onFailure(coming::completeExceptionally);
        }
    }

    private static void take(HttpClientResponse answer, CompletableFuture<Answer> coming) {
        Buffer body = Buffer.buffer();
        answer.exceptionHandler(coming::completeExceptionally);
        answer.handler(piece -> {
            body.appendBuffer(piece);
            if (body.length() > MOST) {
                coming.completeExceptionally(new IOException("the answer is longer than " + MOST + " bytes"));
            }
        });
        answer.endHandler(_ -> coming.complete(read(answer, body)));
    }

    /** {@code HealthCheckRequest}: field 1, a string; before it a byte for "not compressed" and four of length. */
    static Buffer message(String service) {
        byte[] name = service.getBytes(StandardCharsets.UTF_8);
        Buffer field = Buffer.buffer();
        if (name.length > 0) {
            field.appendByte((byte) 0x0a);
            for (int left = name.length; ; left >>>= 7) {
                field.appendByte((byte) (left < 0x80 ? left : left & 0x7f | 0x80));
                if (left < 0x80) {
                    break;
                }
            }
            field.appendBytes(name);
        }
        return Buffer.buffer().appendByte((byte) 0).appendInt(field.length()).appendBuffer(field);
    }

    private static Answer read(HttpClientResponse answer, Buffer body) {
        // an answer of trailers alone has them in its head
        String code = answer.trailers().contains("grpc-status") ? answer.trailers().get("grpc-status") : answer.getHeader("grpc-status");
        if (answer.statusCode() != 200 || !"0".equals(code)) {
            String message = answer.trailers().contains("grpc-message") ? answer.trailers().get("grpc-message") : answer.getHeader("grpc-message");
            return Answer.bad("HTTP status " + answer.statusCode() + ", grpc-status " + code + (message == null ? "" : ": " + message));
        }
        int status = status(body);
        boolean good = status == SERVING;
        return new Answer(good, good ? 0 : 1, status < STATUS.length ? STATUS[status] : "status " + status);
    }

    /** {@code HealthCheckResponse}: field 1, a small number; an empty one is 0. */
    static int status(Buffer body) {
        return body.length() >= 7 && body.getByte(5) == 0x08 ? body.getUnsignedByte(6) : 0;
    }
}
