package io.gantry.contracts.api;

import io.gantry.contracts.problem.ProblemType;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * One thing that can be asked.
 *
 * @param name unique among all, {@code startContainer}: what a generated client calls it
 * @param path below {@code /api/v1}, with {@code {ref}} where a reference stands
 * @param by who serves it
 * @param problems that it has besides those that everything has
 * @param conditional it looks at {@code If-Match}
 * @param keyed it looks at {@code Idempotency-Key}: every POST whose body and answer can be kept
 */
public record Operation(
        String method, String path, String name, String summary, By by, List<Parameter> parameters, Body request, List<Answer> answers, Set<ProblemType> problems, boolean conditional, boolean keyed) {
    /** Who serves it: a resource class of a service, a route of a service, or the gateway itself. */
    public enum By {
        IMAGE_SERVICE,
        CONTAINER_SERVICE,
        NETWORK_SERVICE,
        SCHEDULER_SERVICE,
        GATEWAY
    }

    /** Its first segment, {@code containers}. */
    public String resource() {
        return path.isEmpty() ? "" : path.split("/")[1];
    }

    static Builder get(String path, String name, String summary) {
        return new Builder("GET", path, name, summary);
    }

    static Builder post(String path, String name, String summary) {
        return new Builder("POST", path, name, summary);
    }

    static Builder put(String path, String name, String summary) {
        return new Builder("PUT", path, name, summary);
    }

    static Builder patch(String path, String name, String summary) {
        return new Builder("PATCH", path, name, summary);
    }

    static Builder delete(String path, String name, String summary) {
        return new Builder("DELETE", path, name, summary);
    }

    static Builder head(String path, String name, String summary) {
        return new Builder("HEAD", path, name, summary);
    }

    /** Reads as a row of the table. */
    static final class Builder {
        private final String method;
        private final String path;
        private final String name;
        private final String summary;
        private final List<Parameter> parameters = new ArrayList<>();
        private final List<Answer> answers = new ArrayList<>();
        private final Set<ProblemType> problems = EnumSet.noneOf(ProblemType.class);
        private Body request = new Body.Nothing();
        private boolean conditional;
        private boolean keyed;

        private Builder(String method, String path, String name, String summary) {
            this.method = method;
            this.path = path;
            this.name = name;
            this.summary = summary;
            this.keyed = method.equals("POST");
        }

        Builder with(Parameter... query) {
            parameters.addAll(List.of(query));
            return this;
        }

        /** JSON, read strictly. */
        Builder takes(Class<?> body) {
            request = new Body.Of(body);
            problems.addAll(Set.of(ProblemType.INVALID_FIELD, ProblemType.TOO_LARGE, ProblemType.UNSUPPORTED_MEDIA_TYPE));
            return this;
        }

        Builder takes(String mediaType, String what) {
            request = new Body.Raw(mediaType, what);
            return this;
        }

        Builder answers(Class<?> type) {
            return answers(200, summary, new Body.Of(type));
        }

        Builder makes(Class<?> type) {
            return answers(201, summary, new Body.Of(type));
        }

        Builder lists(Class<?> type) {
            return answers(200, summary, new Body.ListOf(type));
        }

        /** A list with the parameters of a page; all of it without them. */
        Builder pages(Class<?> type) {
            return lists(type).selectable().with(Parameter.number("limit", "so many at most, 1 to 1000; all unless said"), Parameter.text("cursor", "`next` of the page before"));
        }

        /** The list, and how it goes on. @param one of what is in it, as in "a container" */
        Builder watchable(String one) {
            return also(new Body.Raw("text/event-stream", "an event `snapshot` with what the list holds without a page, then every fact of " + one + "; `Last-Event-ID` goes on exactly there"))
                    .with(Parameter.flag("watch", "go on as things change; alone").atTheDoor());
        }

        /** Fields of its answer can be chosen. */
        Builder selectable() {
            return with(Parameter.text("fields", "only these, as in `id,name,spec.image`; of each item of a list"));
        }

        Builder answersNothing() {
            return answers(204, summary);
        }

        Builder answers(int status, String description, Body... bodies) {
            answers.add(new Answer(status, description, List.of(bodies), List.of()));
            return this;
        }

        /** The answer said last has another form, too. */
        Builder also(Body body) {
            Answer last = answers.removeLast();
            List<Body> bodies = new ArrayList<>(last.bodies());
            bodies.add(body);
            answers.add(new Answer(last.status(), last.description(), bodies, last.headers()));
            return this;
        }

        /** Of the answer said last. */
        Builder header(String header, String description) {
            Answer last = answers.removeLast();
            List<Answer.Header> headers = new ArrayList<>(last.headers());
            headers.add(new Answer.Header(header, description));
            answers.add(new Answer(last.status(), last.description(), last.bodies(), headers));
            return this;
        }

        /** The answer says which version it is of. */
        Builder versioned() {
            return header("ETag", "its version, for `If-Match`");
        }

        /** It is only done to a version that the caller has seen, if the caller says so. */
        Builder conditional() {
            conditional = true;
            return refuses(ProblemType.PRECONDITION_FAILED);
        }

        /** What it takes is too large to be kept, or what it answers too secret. */
        Builder unkeyed() {
            keyed = false;
            return this;
        }

        Builder refuses(ProblemType... types) {
            problems.addAll(List.of(types));
            return this;
        }

        Operation by(By by) {
            if (keyed) {
                refuses(ProblemType.KEY_REUSED, ProblemType.CONFLICT);
            }
            return new Operation(method, path, name, summary, by, List.copyOf(parameters), request, List.copyOf(answers), Set.copyOf(problems), conditional, keyed);
        }
    }
}
