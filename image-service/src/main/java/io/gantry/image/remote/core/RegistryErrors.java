package io.gantry.image.remote.core;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.kit.problem.Refused;
import java.nio.charset.StandardCharsets;

/** What another registry's no means for whoever asked us. */
public final class RegistryErrors {
    private static final int LONGEST = 300;

    private RegistryErrors() {}

    /**
     * @param what was asked for, as people know it
     * @param later when the registry wants to be asked again, as it says it; empty if it doesn't
     * @param body of the answer, in the OCI error format if it is a registry's
     */
    public static Refused of(String registry, String what, int status, String later, byte[] body) {
        String said = message(body);
        String detail = said.isEmpty() ? "status " + status : said;
        return switch (status) {
            case 401, 403 -> new Refused(
                    ProblemType.FORBIDDEN, "the registry " + registry + " doesn't give access to " + what + ": " + detail, "is the name right? Otherwise log in: docker login " + registry);
            case 404 -> new Refused(ProblemType.IMAGE_NOT_FOUND, "the registry " + registry + " doesn't have " + what + ": " + detail, "is the name right?");
            case 429 -> new Refused(ProblemType.UNAVAILABLE, "the registry " + registry + " gives no more for now: " + detail, later.isEmpty() ? "try again later, or log in" : "it says to try again after " + later + (later.matches("\\d+") ? " s" : "") + "; or log in");
            default -> status < 500
                    ? new Refused(ProblemType.CONFLICT, "the registry " + registry + " refused " + what + ": " + detail, null)
                    : new Refused(ProblemType.UNAVAILABLE, "the registry " + registry + " failed at " + what + ": " + detail, "try again later");
        };
    }

    private static String message(byte[] body) {
        try {
            JsonNode error = Json.read(new String(body, StandardCharsets.UTF_8), JsonNode.class).path("errors").path(0);
            String text = error.path("message").asText(error.path("code").asText(""));
            return text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
        } catch (IllegalArgumentException noJson) {
            return "";
        }
    }
}
