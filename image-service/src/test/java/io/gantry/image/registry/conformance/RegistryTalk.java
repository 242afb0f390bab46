package io.gantry.image.registry.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.unit.Digest;
import io.gantry.image.content.BlobWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;

/** One case's requests to one registry, in repositories that no other case uses, and what is expected of the answers. */
final class RegistryTalk {
    static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
    private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI base;
    private final List<String> authorization;
    private final int seed;
    /** Made of the case's number. */
    final String repository;

    final String other;

    /** @param authorization a header, or {@code null} */
    RegistryTalk(URI base, String authorization, int number) {
        this.base = base;
        this.authorization = authorization == null ? List.of() : List.of("Authorization", authorization);
        this.seed = number;
        this.repository = "conformance/case" + number;
        this.other = "conformance/other" + number;
    }

    /** What came back, with expectations that say shortly what is otherwise. */
    record Told(HttpResponse<byte[]> response) {
        Told is(Integer... any) {
            if (!Arrays.asList(any).contains(response.statusCode())) {
                throw new AssertionError(response.statusCode() + ", not " + String.join(" or ", Arrays.stream(any).map(String::valueOf).toList()));
            }
            return this;
        }

        int status() {
            return response.statusCode();
        }

        /** Empty if there is none. */
        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        Told has(String name, String value) {
            return same(name, value, header(name));
        }

        /** If it is there at all: the specification only says what it is then. */
        Told hasIfAny(String name, String value) {
            return header(name).isEmpty() ? this : has(name, value);
        }

        /** The part of {@code Location} that is asked next. */
        String location() {
            String location = header("Location");
            if (location.isEmpty()) {
                throw new AssertionError("no Location");
            }
            URI found = URI.create(location);
            return found.getRawQuery() == null ? found.getRawPath() : found.getRawPath() + "?" + found.getRawQuery();
        }

        Told body(byte[] expected) {
            if (!Arrays.equals(expected, response.body())) {
                throw new AssertionError("other bytes than were sent");
            }
            return this;
        }

        JsonNode json() {
            try {
                return Objects.requireNonNull(Json.read(new String(response.body(), StandardCharsets.UTF_8), JsonNode.class));
            } catch (IllegalArgumentException | NullPointerException e) {
                throw new AssertionError("no JSON");
            }
        }

        /** The body of an error, with one of these codes. */
        Told error(String... codes) {
            String code = json().path("errors").path(0).path("code").asText("none");
            if (!Arrays.asList(codes).contains(code)) {
                throw new AssertionError("the error's code is " + code);
            }
            return this;
        }

        private Told same(String what, Object expected, Object found) {
            if (!expected.equals(found)) {
                throw new AssertionError("".equals(found) ? "no " + what : what + " is '" + found + "', not '" + expected + "'");
            }
            return this;
        }
    }

    Told send(String method, String path, String... headers) throws IOException, InterruptedException {
        return send(method, path, BodyPublishers.noBody(), headers);
    }

    Told send(String method, String path, byte[] body, String... headers) throws IOException, InterruptedException {
        return send(method, path, BodyPublishers.ofByteArray(body), headers);
    }

    /** In pieces, without a word of how many there will be. */
    Told stream(String method, String path, byte[] body) throws IOException, InterruptedException {
        return send(method, path, BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)), "Content-Type", "application/octet-stream");
    }

    private Told send(String method, String path, BodyPublisher body, String... headers) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(authorization);
        all.addAll(List.of(headers));
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path)).method(method, body);
        if (!all.isEmpty()) {
            request.headers(all.toArray(String[]::new));
        }
        return new Told(HTTP.send(request.build(), BodyHandlers.ofByteArray()));
    }

    /** Bytes that no other case has. */
    byte[] bytes(int count) {
        byte[] made = new byte[count];
        new Random(seed * 31L + count).nextBytes(made);
        return made;
    }

    static Digest digest(byte[] of) {
        return BlobWriter.digestOf(of);
    }

    static String sha512(byte[] of) {
        try {
            return "sha512:" + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-512").digest(of));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-512", e);
        }
    }

    String blob(byte[] of) {
        return "/v2/" + repository + "/blobs/" + digest(of);
    }

    String manifest(Object reference) {
        return "/v2/" + repository + "/manifests/" + reference;
    }

    /** A new upload's address. */
    String begin() throws IOException, InterruptedException {
        return send("POST", "/v2/" + repository + "/blobs/uploads/").is(202).location();
    }

    /** An upload's address with the digest that ends it. */
    static String ended(String upload, Object digest) {
        return upload + (upload.contains("?") ? "&" : "?") + "digest=" + digest;
    }

    /** As most clients push a blob. */
    byte[] push(byte[] blob) throws IOException, InterruptedException {
        send("PUT", ended(begin(), digest(blob)), blob, "Content-Type", "application/octet-stream").is(201);
        return blob;
    }

    /** As {@link #push}, by sha512. */
    byte[] pushBySha512(byte[] blob) throws IOException, InterruptedException {
        send("PUT", ended(begin(), sha512(blob)), blob, "Content-Type", "application/octet-stream").is(201);
        return blob;
    }

    Told put(Object reference, byte[] manifest, String type) throws IOException, InterruptedException {
        return send("PUT", manifest(reference), manifest, "Content-Type", type);
    }

    byte[] pushImageBySha512() throws IOException, InterruptedException {
        byte[] image = Documents.imageBySha512(pushBySha512(Documents.config(seed)), pushBySha512(bytes(200)));
        put(sha512(image), image, OCI_MANIFEST).is(201).location();
        return image;
    }

    /** An image of this case alone, with what it needs pushed before. */
    byte[] pushImage(String... tags) throws IOException, InterruptedException {
        byte[] image = Documents.image(push(Documents.config(seed)), push(bytes(200)));
        put(digest(image), image, OCI_MANIFEST).is(201);
        for (String tag : tags) {
            put(tag, image, OCI_MANIFEST).is(201);
        }
        return image;
    }
}
