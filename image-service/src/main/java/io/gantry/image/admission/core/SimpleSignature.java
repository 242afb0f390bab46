package io.gantry.image.admission.core;

/**
 * What cosign lays beside an image: a payload, and a signature over its bytes.
 *
 * @param payload as it was signed, in cosign's simple signing format
 * @param signature base64, the annotation {@code dev.cosignproject.cosign/signature}
 */
public record SimpleSignature(byte[] payload, String signature) {
    public static final String MEDIA_TYPE = "application/vnd.dev.cosign.simplesigning.v1+json";
    public static final String ANNOTATION = "dev.cosignproject.cosign/signature";

    /** cosign's referrers of OCI 1.1 are of that type. */
    public static final String ARTIFACT_TYPE = "application/vnd.dev.cosign.artifact.sig.v1+json";

    /** A payload has some 250 bytes, and what somebody says besides. */
    public static final int LONGEST_PAYLOAD = 64 << 10;

    /** base64 of RSA with 16,384 bits. */
    public static final int LONGEST_SIGNATURE = 2732;
}
