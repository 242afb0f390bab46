package io.gantry.contracts.link;

/** Headers of {@code GET /blobs/<digest>}, between agents and image-service: how a blob that many want at once goes from host to host. */
public final class BlobHeaders {
    /** Of a request, {@code true}: its answer may be a 307 to another node, which is named by {@link #NODE}. */
    public static final String TAKES_NODES = "Gantry-Takes-Nodes";
    /** Of a request: nodes that could not give the blob, with commas between. Its answer is the blob. */
    public static final String FAILED_NODES = "Gantry-Failed-Nodes";
    /** Of a 307: the id of the node at {@code Location}. */
    public static final String NODE = "Gantry-Node";
    /** Of an answer, {@code true}: others will be sent here for the same blob. */
    public static final String PASS_ON = "Gantry-Pass-On";

    private BlobHeaders() {}
}
