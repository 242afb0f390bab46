package io.gantry.image.registry.conformance;

import static io.gantry.image.registry.conformance.ConformanceCase.may;
import static io.gantry.image.registry.conformance.ConformanceCase.must;
import static io.gantry.image.registry.conformance.RegistryTalk.OCI_MANIFEST;
import static io.gantry.image.registry.conformance.RegistryTalk.digest;

import io.gantry.image.registry.conformance.RegistryTalk.Told;
import java.util.Arrays;
import java.util.List;

/** What is pulled, whole, by halves and not at all. */
final class PullCases {
    private static final String PART = "Pull";
    private static final int SIZE = 2048;

    private PullCases() {}

    static List<ConformanceCase> all() {
        return List.of(
                must(PART, "the base says that it is a registry", talk -> talk.send("GET", "/v2/").is(200)),
                must(PART, "HEAD of a missing blob is 404", talk -> talk.send("HEAD", talk.blob(talk.bytes(9))).is(404)),
                must(PART, "HEAD of a blob tells its length", talk -> {
                    byte[] blob = talk.push(talk.bytes(SIZE));
                    talk.send("HEAD", talk.blob(blob)).is(200).has("Content-Length", Integer.toString(SIZE)).hasIfAny("Docker-Content-Digest", digest(blob).value());
                }),
                must(PART, "GET of a missing blob is 404 with BLOB_UNKNOWN", talk -> talk.send("GET", talk.blob(talk.bytes(9))).is(404).error("BLOB_UNKNOWN")),
                must(PART, "GET of a blob sends its bytes", talk -> {
                    byte[] blob = talk.push(talk.bytes(SIZE));
                    talk.send("GET", talk.blob(blob)).is(200).body(blob);
                }),
                must(PART, "HEAD of a missing manifest is 404", talk -> talk.send("HEAD", talk.manifest("missing")).is(404)),
                must(PART, "HEAD of a manifest by digest tells type and length", talk -> {
                    byte[] image = talk.pushImage();
                    talk.send("HEAD", talk.manifest(digest(image)), "Accept", OCI_MANIFEST).is(200)
                            .has("Content-Type", OCI_MANIFEST).has("Content-Length", Integer.toString(image.length)).hasIfAny("Docker-Content-Digest", digest(image).value());
                }),
                must(PART, "HEAD of a manifest by tag tells its digest", talk -> {
                    byte[] image = talk.pushImage("named");
                    talk.send("HEAD", talk.manifest("named"), "Accept", OCI_MANIFEST).is(200).hasIfAny("Docker-Content-Digest", digest(image).value());
                }),
                must(PART, "GET of a missing manifest is 404 with MANIFEST_UNKNOWN", talk -> {
                    talk.pushImage("named");
                    talk.send("GET", talk.manifest("missing")).is(404).error("MANIFEST_UNKNOWN");
                    talk.send("GET", talk.manifest(digest(talk.bytes(9)))).is(404).error("MANIFEST_UNKNOWN");
                }),
                must(PART, "GET and HEAD of a manifest by what can be no tag are 404 with MANIFEST_UNKNOWN", talk -> {
                    talk.send("HEAD", talk.manifest(".INVALID_MANIFEST_NAME")).is(404);
                    talk.send("GET", talk.manifest(".INVALID_MANIFEST_NAME")).is(404).error("MANIFEST_UNKNOWN");
                }),
                must(PART, "GET of a manifest by digest sends the bytes that were pushed", talk -> {
                    byte[] image = talk.pushImage();
                    talk.send("GET", talk.manifest(digest(image)), "Accept", OCI_MANIFEST).is(200).has("Content-Type", OCI_MANIFEST).body(image);
                }),
                must(PART, "GET of a manifest by tag sends the bytes that were pushed", talk -> {
                    byte[] image = talk.pushImage("named");
                    talk.send("GET", talk.manifest("named"), "Accept", OCI_MANIFEST).is(200).body(image);
                }),
                must(PART, "a digest that is none is refused in the errors' format", talk -> {
                    Told told = talk.send("GET", talk.manifest("sha256:totallywrong")).is(400, 404);
                    if (told.status() == 400) {
                        told.error("DIGEST_INVALID", "MANIFEST_INVALID", "TAG_INVALID", "NAME_INVALID");
                    }
                }),
                may(PART, "a range in the middle", talk -> range(talk, "500-1499", 500, 1500)),
                may(PART, "a range to the end", talk -> range(talk, "500-", 500, SIZE)),
                may(PART, "a range of the last bytes", talk -> range(talk, "-500", SIZE - 500, SIZE)),
                may(PART, "a range that ends behind the end", talk -> range(talk, "2000-5000", 2000, SIZE)),
                may(PART, "a range that runs backwards is 416", talk -> talk.send("GET", talk.blob(talk.push(talk.bytes(SIZE))), "Range", "bytes=500-0").is(416)),
                may(PART, "a range behind the end is 416", talk -> talk.send("GET", talk.blob(talk.push(talk.bytes(SIZE))), "Range", "bytes=5000-10000").is(416)));
    }

    private static void range(RegistryTalk talk, String range, int from, int end) throws Exception {
        byte[] blob = talk.push(talk.bytes(SIZE));
        talk.send("GET", talk.blob(blob), "Range", "bytes=" + range)
                .is(206)
                .has("Content-Range", "bytes " + from + "-" + (end - 1) + "/" + SIZE)
                .has("Content-Length", Integer.toString(end - from))
                .body(Arrays.copyOfRange(blob, from, end));
    }
}
