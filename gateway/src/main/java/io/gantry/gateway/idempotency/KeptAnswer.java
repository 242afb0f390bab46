package io.gantry.gateway.idempotency;

import java.util.Map;

/** What was answered, to be answered again. */
record KeptAnswer(int status, Map<String, String> headers, String body) {}
