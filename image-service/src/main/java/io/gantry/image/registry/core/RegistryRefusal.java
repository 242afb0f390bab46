package io.gantry.image.registry.core;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.Refusal;

/** An expected no of the registry, in the OCI error format (distribution spec, "Error Codes"). Has no stack trace: it is no fault. */
public final class RegistryRefusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The spec's codes with the status they come with. */
    public enum Code {
        BLOB_UNKNOWN(404),
        BLOB_UPLOAD_INVALID(416),
        BLOB_UPLOAD_UNKNOWN(404),
        DENIED(403),
        DIGEST_INVALID(400),
        MANIFEST_BLOB_UNKNOWN(404),
        MANIFEST_INVALID(400),
        MANIFEST_UNKNOWN(404),
        NAME_INVALID(400),
        NAME_UNKNOWN(404),
        SIZE_INVALID(400),
        TAG_INVALID(400),
        UNSUPPORTED(405),
        /** Of distribution's own list: the spec has no word for an outage. */
        UNAVAILABLE(503);

        private final int status;

        Code(int status) {
            this.status = status;
        }
    }

    private final Code code;
    private final int status;
    private final String detail;

    public RegistryRefusal(Code code, String message, Object detail) {
        this(code, code.status, message, detail);
    }

    private RegistryRefusal(Code code, int status, String message, Object detail) {
        super(message, null, false, false);
        this.code = code;
        this.status = status;
        this.detail = String.valueOf(detail);
    }

    /** Of more bytes than we take: the spec has a status for it (413), and no code of its own. */
    public static RegistryRefusal tooLarge(String message, Object detail) {
        return new RegistryRefusal(Code.SIZE_INVALID, 413, message, detail);
    }

    /** What another registry, whose images are had through ours, says no to. */
    public static RegistryRefusal elsewhere(Refusal why) {
        return switch (why.type()) {
            case IMAGE_NOT_FOUND -> new RegistryRefusal(Code.MANIFEST_UNKNOWN, why.detail(), "");
            case FORBIDDEN -> new RegistryRefusal(Code.DENIED, why.detail(), "");
            case UNAVAILABLE -> new RegistryRefusal(Code.UNAVAILABLE, why.detail(), "");
            default -> new RegistryRefusal(Code.UNSUPPORTED, 502, why.detail(), "");
        };
    }

    public int status() {
        return status;
    }

    public Code code() {
        return code;
    }

    public String toJson() {
        ObjectNode body = Json.mapper().createObjectNode();
        body.putArray("errors").addObject().put("code", code.name()).put("message", getMessage()).put("detail", detail);
        return body.toString();
    }
}
