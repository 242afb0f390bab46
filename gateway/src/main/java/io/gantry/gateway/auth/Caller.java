package io.gantry.gateway.auth;

import io.gantry.contracts.spec.Scope;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Who a request comes from, and how far they are let in.
 *
 * @param scope what they see and change; empty for all there is
 */
public record Caller(String principal, Optional<Scope> scope) {
    public static Caller ofEverything(String principal) {
        return new Caller(principal, Optional.empty());
    }

    public boolean scoped() {
        return scope.isPresent();
    }

    public boolean owns(Map<String, String> labels) {
        return scope.map(one -> one.isBorneBy(labels)).orElse(true);
    }

    public <T> List<T> own(List<T> all, Function<T, Map<String, String>> labels) {
        return scoped() ? all.stream().filter(one -> owns(labels.apply(one))).toList() : all;
    }

    /** See {@link Scope#mayUse}. */
    public boolean mayUse(Map<String, String> labelsOfImage) {
        return scope.map(one -> one.mayUse(labelsOfImage)).orElse(true);
    }

    /** What they make bears these. @throws io.gantry.contracts.problem.BadField if it claims to be of another scope */
    public Map<String, String> mark(String field, Map<String, String> labels) {
        return scope.map(one -> one.on(field, labels)).orElse(labels);
    }

    /** Further labels of an image that they make, see {@link #mayUse}. */
    public Map<String, String> markOfImage() {
        return scope.map(Scope::markOfImage).orElse(Map.of());
    }
}
