package io.gantry.gateway.docker.api;

import io.gantry.gateway.auth.Caller;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;

/** Where a request came in: it knows who that is. */
public interface Door {
    /** Fails for nobody we know. */
    Future<Caller> who(HttpServerRequest request);
}
