package io.gantry.agent.link;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.problem.Problem;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.net.TrustOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Turns a join token into this node's identity. */
public final class Joining {
    private static final int DEADLINE_SECONDS = 30;

    /** What is in a token. */
    record Token(String address, String ca, String secret) {
        static Token parse(String text) {
            try {
                return Json.read(new String(Base64.getUrlDecoder().decode(text.strip()), StandardCharsets.UTF_8), Token.class);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("that is no join token; make one with: gantry node token", e);
            }
        }

        Token at(String otherAddress) {
            return new Token(otherAddress, ca, secret);
        }

        String host() {
            return address.substring(0, address.lastIndexOf(':'));
        }

        int port() {
            return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
        }
    }

    record Answer(NodeId node, String certificate, String ca) {}

    private record Reply(int status, String body) {}

    private final Vertx vertx;

    public Joining(Vertx vertx) {
        this.vertx = vertx;
    }

    /**
     * @param service {@code host:port} instead of the token's address, which is kept: it may be dialled by another from here
     * @param folder where the identity is kept
     * @throws IllegalArgumentException if the token is none, or was refused
     */
    public NodeIdentity join(String tokenText, Optional<String> service, String nodeName, Path folder)
            throws IOException, InterruptedException {
        Token given = Token.parse(tokenText);
        Token token = service.map(given::at).orElse(given);
        CertificateRequest request = CertificateRequest.create(nodeName);
        Reply reply = post(token, Json.write(Map.of("secret", token.secret(), "name", nodeName, "csr", request.pem())));
        if (reply.status() != 200) {
            Problem problem = Json.read(reply.body(), Problem.class);
            throw new IllegalArgumentException("the service refused the join: " + problem.detail());
        }
        Answer answer = Json.read(reply.body(), Answer.class);
        NodeIdentity kept = NodeIdentity.save(folder, answer.node(), given.address(), request.keyPem(), answer.certificate(), answer.ca());
        return kept.at(token.address());
    }

    private Reply post(Token token, String body) throws IOException, InterruptedException {
        var client = vertx.createHttpClient(new HttpClientOptions()
                .setSsl(true)
                .setVerifyHost(false)
                .setTrustOptions(TrustOptions.wrap(new PinnedAuthority(token.ca()))));
        try {
            return client.request(HttpMethod.POST, token.port(), token.host(), "/join")
                    .compose(request -> request.putHeader("Content-Type", "application/json").send(Buffer.buffer(body)))
                    .compose(response -> response.body().map(text -> new Reply(response.statusCode(), text.toString())))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(DEADLINE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IOException("can't join by " + token.address() + ": " + e.getCause().getMessage(), e);
        } catch (TimeoutException e) {
            throw new IOException("can't join by " + token.address() + ": no answer within " + DEADLINE_SECONDS + " s", e);
        } finally {
            client.close();
        }
    }
}
