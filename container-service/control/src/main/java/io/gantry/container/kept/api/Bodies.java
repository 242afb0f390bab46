package io.gantry.container.kept.api;

import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.view.KeptPatch;
import io.gantry.contracts.view.KeptRequest;
import io.gantry.kit.problem.Refused;

/** What bodies must have beside what their record asks for. */
final class Bodies {
    private Bodies() {}

    static KeptRequest present(KeptRequest request) {
        if (request == null) {
            throw new Refused(ProblemType.INVALID_FIELD, "the body is empty", "send {\"name\": \"db-password\", \"content\": \"…\"} with the content in base64");
        }
        return request;
    }

    static KeptPatch present(KeptPatch patch) {
        if (patch == null) {
            throw new Refused(ProblemType.INVALID_FIELD, "the body is empty", "send {\"labels\": {\"team\": \"red\"}}");
        }
        return patch;
    }

    static byte[] contentAlone(KeptRequest request) {
        if (present(request).name() != null || !request.labels().isEmpty()) {
            throw new BadField(request.name() != null ? "name" : "labels", "a rotation changes the content alone", "leave it out");
        }
        return request.content();
    }
}
