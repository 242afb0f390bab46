package io.gantry.image.edge;

import io.gantry.contracts.spec.Scope;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;

/** Within which scope somebody asks, as the gateway says it. */
public final class ScopeHeader {
    private ScopeHeader() {}

    /** Empty for those who may do everything. */
    public static Optional<Scope> of(HttpServerRequest request) {
        return Optional.ofNullable(request.getHeader(Scope.HEADER)).map(Scope::parse);
    }
}
