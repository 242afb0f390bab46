package io.gantry.image.remote;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.image.remote.core.Challenge;
import io.gantry.image.remote.core.Credentials;
import io.gantry.image.remote.core.RegistryErrors;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What we show a registry: a name and a password, or a token that its own server gives for them (distribution's token authentication). */
final class Authorization {
    private static final Duration WITHIN = Duration.ofSeconds(30);
    private static final int LARGEST = 1 << 20;
    private final HttpClient http;
    private final PlainHosts plain;
    private final String registry;
    private final String scope;
    private final Credentials credentials;
    private String header;

    Authorization(HttpClient http, PlainHosts plain, String registry, String scope, Credentials credentials) {
        this.http = http;
        this.plain = plain;
        this.registry = registry;
        this.scope = scope;
        this.credentials = credentials;
        this.header = credentials.bearer().map(token -> "Bearer " + token).orElse(null);
    }

    /** Empty as long as nobody has asked who we are. */
    Optional<String> header() {
        return Optional.ofNullable(header);
    }

    /**
     * Gets what is wanted.
     *
     * @return whether there is something new to show
     */
    boolean satisfy(List<String> wanted) throws IOException, InterruptedException {
        String before = header;
        for (String line : wanted) {
            for (Challenge challenge : Challenge.parse(line)) {
                if (challenge.scheme().equals("bearer") && challenge.parameters().containsKey("realm")) {
                    header = "Bearer " + token(challenge);
                    return !header.equals(before);
                }
                if (challenge.scheme().equals("basic") && credentials.basic().isPresent()) {
                    header = credentials.basic().get();
                    return !header.equals(before);
                }
            }
        }
        return false;
    }

    private String token(Challenge challenge) throws IOException, InterruptedException {
        URI realm = realm(challenge.parameters().get("realm"));
        String service = challenge.parameters().getOrDefault("service", "");
        String asked = challenge.parameters().getOrDefault("scope", scope);
        HttpRequest request = credentials.identity().isPresent() ? renewal(realm, service, asked) : question(realm, service, asked);
        HttpResponse<InputStream> answer = http.send(request, BodyHandlers.ofInputStream());
        byte[] body;
        try (InputStream in = answer.body()) {
            body = in.readNBytes(LARGEST);
        }
        if (answer.statusCode() != 200) {
            throw RegistryErrors.of(registry, asked.isEmpty() ? "this user" : asked, answer.statusCode(), answer.headers().firstValue("Retry-After").orElse(""), body);
        }
        JsonNode json;
        try {
            json = Json.read(new String(body, StandardCharsets.UTF_8), JsonNode.class);
        } catch (IllegalArgumentException e) {
            throw new IOException(realm.getRawAuthority() + " gave something else than a token", e);
        }
        String token = json.path("token").asText(json.path("access_token").asText(""));
        if (token.isEmpty()) {
            throw new IOException(realm.getRawAuthority() + " gave no token");
        }
        return token;
    }

    /** A name and a password go to whoever the registry says, so that it must be somebody who is what he says. */
    private URI realm(String text) throws IOException {
        try {
            URI realm = URI.create(text);
            if ("https".equals(realm.getScheme()) || "http".equals(realm.getScheme()) && plain.allowFrom(registry, realm.getRawAuthority())) {
                return realm;
            }
        } catch (IllegalArgumentException e) {
            // told below
        }
        throw new IOException("it sends us to '" + text + "' for a token, where there is no TLS");
    }

    private HttpRequest question(URI realm, String service, String asked) {
        String query = (realm.getRawQuery() == null ? "?" : "&") + "service=" + encode(service) + (asked.isEmpty() ? "" : "&scope=" + encode(asked));
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(realm + query)).timeout(WITHIN);
        credentials.basic().ifPresent(value -> request.header("Authorization", value));
        return request.build();
    }

    private HttpRequest renewal(URI realm, String service, String asked) {
        String form = "grant_type=refresh_token&client_id=gantry&service=" + encode(service) + "&scope=" + encode(asked) + "&refresh_token="
                + encode(credentials.identity().orElseThrow());
        return HttpRequest.newBuilder(realm)
                .timeout(WITHIN)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form))
                .build();
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
