package io.gantry.image.registry.conformance;

import static io.gantry.image.registry.conformance.ConformanceCase.may;
import static io.gantry.image.registry.conformance.ConformanceCase.must;
import static io.gantry.image.registry.conformance.RegistryTalk.digest;
import static io.gantry.image.registry.conformance.RegistryTalk.ended;
import static io.gantry.image.registry.conformance.RegistryTalk.sha512;

import io.gantry.image.registry.conformance.RegistryTalk.Told;
import java.util.Arrays;
import java.util.List;

/** Blobs on their way in: in one piece, in chunks, streamed, mounted, given up. */
final class BlobPushCases {
    private static final String PART = "Push, blobs";
    private static final int CHUNK = 1000;
    private static final int SIZE = 3 * CHUNK - 5;

    private BlobPushCases() {}

    static List<ConformanceCase> all() {
        return List.of(
                must(PART, "a stream of unknown length by PATCH, ended by PUT", talk -> {
                    byte[] blob = talk.bytes(SIZE);
                    String upload = talk.stream("PATCH", talk.begin(), blob).is(202).location();
                    talk.send("PUT", ended(upload, digest(blob))).is(201).location();
                    talk.send("GET", talk.blob(blob)).is(200).body(blob);
                }),
                must(PART, "POST with the digest and the bytes is 201, or 202 and nothing is there yet", talk -> {
                    byte[] blob = talk.bytes(SIZE);
                    Told told = talk.send("POST", ended("/v2/" + talk.repository + "/blobs/uploads/", digest(blob)), blob, "Content-Type", "application/octet-stream").is(201, 202);
                    told.location();
                    talk.send("GET", talk.blob(blob)).is(told.status() == 201 ? 200 : 404);
                }),
                may(PART, "POST with the digest and the bytes stores them", talk -> {
                    byte[] blob = talk.bytes(SIZE);
                    talk.send("POST", ended("/v2/" + talk.repository + "/blobs/uploads/", digest(blob)), blob, "Content-Type", "application/octet-stream").is(201);
                }),
                must(PART, "POST, then PUT of all bytes", talk -> {
                    byte[] blob = talk.bytes(SIZE);
                    talk.send("PUT", ended(talk.begin(), digest(blob)), blob, "Content-Type", "application/octet-stream").is(201).location();
                    talk.send("GET", talk.blob(blob)).is(200).body(blob);
                }),
                must(PART, "the first chunk is told by Range", talk -> first(talk, talk.bytes(SIZE)).has("Range", "0-" + (CHUNK - 1))),
                must(PART, "a chunk out of order is 416", talk -> chunk(talk, talk.begin(), talk.bytes(SIZE), 1).is(416)),
                must(PART, "a chunk that came already is 416", talk -> {
                    byte[] blob = talk.bytes(SIZE);
                    chunk(talk, first(talk, blob).location(), blob, 0).is(416);
                }),
                must(PART, "after a 416 the upload tells where it is and goes on", talk -> {
                    byte[] blob = talk.bytes(SIZE);
                    String upload = first(talk, blob).location();
                    chunk(talk, upload, blob, 2).is(416);
                    upload = talk.send("GET", upload).is(204).has("Range", "0-" + (CHUNK - 1)).location();
                    upload = chunk(talk, upload, blob, 1).is(202).location();
                    upload = chunk(talk, upload, blob, 2).is(202).location();
                    talk.send("PUT", ended(upload, digest(blob))).is(201).location();
                    talk.send("GET", talk.blob(blob)).is(200).body(blob);
                }),
                must(PART, "the last chunk comes with the PUT", talk -> {
                    byte[] blob = talk.bytes(SIZE);
                    String upload = chunk(talk, first(talk, blob).location(), blob, 1).is(202).location();
                    talk.send("PUT", ended(upload, digest(blob)), part(blob, 2), range(2)).is(201);
                    talk.send("GET", talk.blob(blob)).is(200).body(blob);
                }),
                must(PART, "a last chunk out of order is 416", talk -> {
                    byte[] blob = talk.bytes(SIZE);
                    talk.send("PUT", ended(first(talk, blob).location(), digest(blob)), part(blob, 2), range(2)).is(416);
                }),
                may(PART, "an upload is given up by DELETE", talk -> {
                    String upload = first(talk, talk.bytes(SIZE)).location();
                    talk.send("DELETE", upload).is(202, 204);
                    talk.send("GET", upload).is(404);
                }),
                must(PART, "an upload that isn't there is 404 with BLOB_UPLOAD_UNKNOWN", talk ->
                        talk.send("PATCH", "/v2/" + talk.repository + "/blobs/uploads/00000000-0000-0000-0000-000000000000", talk.bytes(9)).is(404).error("BLOB_UPLOAD_UNKNOWN")),
                must(PART, "other bytes than the digest says are 400, by PUT", talk -> {
                    byte[] said = talk.bytes(SIZE);
                    talk.send("PUT", ended(talk.begin(), digest(said)), talk.bytes(SIZE - 1), "Content-Type", "application/octet-stream").is(400).error("DIGEST_INVALID");
                    talk.send("HEAD", talk.blob(said)).is(404);
                }),
                must(PART, "other bytes than the digest says are 400, by POST", talk -> {
                    byte[] said = talk.bytes(SIZE);
                    Told told = talk.send("POST", ended("/v2/" + talk.repository + "/blobs/uploads/", digest(said)), talk.bytes(SIZE - 1)).is(400, 202);
                    if (told.status() == 202) {
                        talk.send("PUT", ended(told.location(), digest(said)), talk.bytes(SIZE - 1)).is(400);
                    }
                    talk.send("HEAD", talk.blob(said)).is(404);
                }),
                must(PART, "other bytes than the digest says are 400, in chunks and streamed", talk -> {
                    byte[] said = talk.bytes(SIZE - 1);
                    talk.send("PUT", ended(first(talk, talk.bytes(SIZE)).location(), digest(said))).is(400);
                    talk.send("PUT", ended(talk.stream("PATCH", talk.begin(), talk.bytes(SIZE)).is(202).location(), digest(said))).is(400);
                    talk.send("HEAD", talk.blob(said)).is(404);
                }),
                must(PART, "a digest that is none is 400 with DIGEST_INVALID", talk -> talk.send("PUT", ended(talk.begin(), "sha256:totallywrong"), talk.bytes(9)).is(400).error("DIGEST_INVALID")),
                must(PART, "a name that is none is refused with NAME_INVALID", talk -> talk.send("POST", "/v2/Not/Allowed/blobs/uploads/").is(400, 404).error("NAME_INVALID")),
                must(PART, "a blob of no bytes", talk -> talk.send("GET", talk.blob(talk.push(new byte[0]))).is(200).body(new byte[0])),
                must(PART, "the empty descriptor's blob", talk -> talk.send("GET", talk.blob(talk.push(Documents.EMPTY_JSON))).is(200).body(Documents.EMPTY_JSON)),
                must(PART, "a blob pushed again is 201", talk -> talk.push(talk.push(talk.bytes(SIZE)))),
                must(PART, "a mount from another repository is 201, or 202 and an upload begins", talk -> {
                    byte[] blob = talk.push(talk.bytes(SIZE));
                    Told told = mount(talk, digest(blob) + "&from=" + talk.repository).is(201, 202);
                    if (told.status() == 201) {
                        told.has("Location", absolute(told.header("Location"), "/v2/" + talk.other + "/blobs/" + digest(blob)));
                        talk.send("GET", told.location()).is(200).body(blob);
                    }
                }),
                must(PART, "a mount of what isn't there begins an upload", talk -> mount(talk, digest(talk.bytes(9)) + "&from=" + talk.repository).is(202).location()),
                must(PART, "a mount from nowhere begins an upload, or finds the blob", talk -> mount(talk, digest(talk.push(talk.bytes(SIZE))).toString()).is(201, 202).location()),
                may(PART, "blobs by sha512", talk -> {
                    byte[] blob = talk.pushBySha512(talk.bytes(SIZE));
                    String path = "/v2/" + talk.repository + "/blobs/" + sha512(blob);
                    talk.send("GET", path).is(200).body(blob);
                    talk.send("HEAD", path).is(200).has("Content-Length", Integer.toString(SIZE));
                    talk.send("GET", path, "Range", "bytes=10-19").is(206).body(Arrays.copyOfRange(blob, 10, 20));
                    talk.send("DELETE", path).is(202);
                    talk.send("GET", path).is(404);
                }),
                may(PART, "a blob that is asked for by sha512 is told by it", talk -> {
                    byte[] blob = talk.pushBySha512(talk.bytes(SIZE));
                    if (!talk.send("HEAD", "/v2/" + talk.repository + "/blobs/" + sha512(blob)).is(200).header("Docker-Content-Digest").startsWith("sha512:")) {
                        throw new AssertionError("told by its sha256");
                    }
                }),
                may(PART, "a blob by sha512 in one request, in chunks and streamed", talk -> {
                    byte[] whole = talk.bytes(SIZE + 1);
                    talk.send("POST", ended("/v2/" + talk.repository + "/blobs/uploads/", sha512(whole)), whole, "Content-Type", "application/octet-stream").is(201);
                    byte[] chunked = talk.bytes(SIZE);
                    String upload = chunk(talk, first(talk, chunked).location(), chunked, 1).is(202).location();
                    talk.send("PUT", ended(chunk(talk, upload, chunked, 2).is(202).location(), sha512(chunked))).is(201);
                    talk.send("GET", "/v2/" + talk.repository + "/blobs/" + sha512(chunked)).is(200).body(chunked);
                    byte[] streamed = talk.bytes(SIZE + 2);
                    talk.send("PUT", ended(talk.stream("PATCH", talk.begin(), streamed).is(202).location(), sha512(streamed))).is(201);
                    talk.send("GET", "/v2/" + talk.repository + "/blobs/" + sha512(streamed)).is(200).body(streamed);
                }),
                may(PART, "a blob by sha512 that isn't there is 404, and other bytes than it says are 400", talk -> {
                    byte[] blob = talk.bytes(SIZE);
                    talk.send("GET", "/v2/" + talk.repository + "/blobs/" + sha512(blob)).is(404).error("BLOB_UNKNOWN");
                    talk.send("PUT", ended(talk.begin(), sha512(talk.bytes(9))), blob, "Content-Type", "application/octet-stream").is(400).error("DIGEST_INVALID");
                    talk.send("GET", talk.blob(blob)).is(404);
                }),
                may(PART, "a mount by sha512 from another repository", talk -> {
                    byte[] blob = talk.pushBySha512(talk.bytes(SIZE));
                    mount(talk, sha512(blob) + "&from=" + talk.repository).is(201).location();
                    talk.send("GET", "/v2/" + talk.other + "/blobs/" + sha512(blob)).is(200).body(blob);
                    mount(talk, sha512(talk.bytes(9)) + "&from=" + talk.repository).is(202).location();
                }));
    }

    private static Told mount(RegistryTalk talk, String what) throws Exception {
        return talk.send("POST", "/v2/" + talk.other + "/blobs/uploads/?mount=" + what);
    }

    /** Registries may say it with their host or without. */
    private static String absolute(String like, String path) {
        return like.startsWith("http") ? like.substring(0, like.indexOf('/', 8)) + path : path;
    }

    private static Told first(RegistryTalk talk, byte[] blob) throws Exception {
        return chunk(talk, talk.begin(), blob, 0).is(202);
    }

    private static Told chunk(RegistryTalk talk, String upload, byte[] blob, int number) throws Exception {
        return talk.send("PATCH", upload, part(blob, number), range(number));
    }

    private static byte[] part(byte[] blob, int number) {
        return Arrays.copyOfRange(blob, number * CHUNK, Math.min(blob.length, (number + 1) * CHUNK));
    }

    private static String[] range(int number) {
        return new String[] {
            "Content-Type", "application/octet-stream", "Content-Range", number * CHUNK + "-" + (Math.min(SIZE, (number + 1) * CHUNK) - 1)
        };
    }
}
