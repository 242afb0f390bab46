package io.gantry.contracts.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.Problem;
import io.gantry.contracts.problem.ProblemType;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The table of operations as an OpenAPI 3.1 document. */
public final class OpenApi {
    private static final Pattern PLACE = Pattern.compile("\\{(\\w+)}");
    /** From the gateway's door and from what stands behind it. */
    private static final Set<ProblemType> EVERYWHERE =
            EnumSet.of(
                    ProblemType.BAD_REQUEST, ProblemType.INVALID_FIELD, ProblemType.UNAUTHENTICATED, ProblemType.FORBIDDEN, ProblemType.NOT_ACCEPTABLE, ProblemType.TOO_MANY_REQUESTS, ProblemType.INTERNAL, ProblemType.UNAVAILABLE,
                    ProblemType.TIMEOUT);

    private final ObjectNode root = Json.mapper().createObjectNode();
    private final ApiSchemas schemas;

    private OpenApi() {
        root.put("openapi", "3.1.0");
        root.putObject("info")
                .put("title", "Gantry")
                .put("version", "1")
                .put(
                        "description",
                        "Sizes are bytes, processor time is thousandths of a core, durations are ISO 8601. Absent fields are left out, never null. In what is sent, a field or query "
                                + "parameter that isn't known is refused (invalid-field). Answers may get further fields in later versions.");
        root.putArray("servers").addObject().put("url", "/api/v1");
        root.putArray("security").addObject().putArray("token");
        root.putObject("paths");
        ObjectNode components = root.putObject("components");
        components.putObject("securitySchemes").putObject("token").put("type", "http").put("scheme", "bearer");
        schemas = new ApiSchemas(components.putObject("schemas"));
    }

    public static ObjectNode document(List<Operation> operations) {
        OpenApi api = new OpenApi();
        operations.stream().map(Operation::request).forEach(body -> {
            if (body instanceof Body.Of(var type)) {
                api.schemas.isRead(type);
            }
        });
        operations.forEach(api::add);
        return api.root;
    }

    private void add(Operation one) {
        ObjectNode operation =
                root.withObject("paths").withObject("/" + (one.path().isEmpty() ? "~1" : one.path().replace("/", "~1"))).putObject(one.method().toLowerCase(Locale.ROOT));
        operation.put("operationId", one.name()).put("summary", one.summary());
        operation.putArray("tags").add(one.resource().isEmpty() ? "api" : one.resource().replace(".json", ""));
        ArrayNode parameters = operation.putArray("parameters");
        PLACE.matcher(one.path()).results().forEach(place -> parameters.addObject().put("name", place.group(1)).put("in", "path").put("required", true).putObject("schema").put("type", "string"));
        one.parameters().forEach(parameter -> query(parameter, parameters.addObject()));
        if (one.conditional()) {
            header(parameters.addObject(), "If-Match", "the `ETag` of the version that it shall be done to");
        }
        if (one.keyed()) {
            header(parameters.addObject(), "Idempotency-Key", "what is sent again with the same within a day isn't done again, but answered as it was");
        }
        request(one.request(), operation);
        ObjectNode responses = operation.putObject("responses");
        one.answers().forEach(answer -> answer(answer, responses));
        problems(one).forEach((status, types) -> responses.putObject(status.toString()).put("$ref", problem(status, types)));
    }

    private static void header(ObjectNode into, String name, String description) {
        into.put("name", name).put("in", "header").put("description", description).putObject("schema").put("type", "string");
    }

    private static void query(Parameter parameter, ObjectNode into) {
        into.put("name", parameter.name()).put("in", "query").put("description", parameter.description());
        if (parameter.required()) {
            into.put("required", true);
        }
        ObjectNode schema = Json.mapper().createObjectNode();
        switch (parameter.kind()) {
            case TEXT -> schema.put("type", "string");
            case FLAG -> schema.put("type", "boolean");
            case NUMBER -> schema.put("type", "integer");
            case DURATION -> schema.put("type", "string").put("format", "duration");
            case MOMENT -> schema.put("type", "string").put("format", "date-time");
        }
        if (!parameter.choices().isEmpty()) {
            parameter.choices().forEach(schema.putArray("enum")::add);
        }
        if (parameter.repeatable()) {
            into.putObject("schema").put("type", "array").set("items", schema);
        } else {
            into.set("schema", schema);
        }
    }

    private void request(Body body, ObjectNode operation) {
        if (!(body instanceof Body.Nothing)) {
            ObjectNode request = operation.putObject("requestBody").put("required", true);
            content(body, request.putObject("content"));
        }
    }

    private void answer(Answer answer, ObjectNode responses) {
        ObjectNode response = responses.putObject(Integer.toString(answer.status())).put("description", answer.description());
        answer.headers().forEach(header -> response.withObject("headers").putObject(header.name()).put("description", header.description()).putObject("schema").put("type", "string"));
        answer.bodies().stream().filter(body -> !(body instanceof Body.Nothing)).forEach(body -> content(body, response.withObject("content")));
    }

    private void content(Body body, ObjectNode content) {
        switch (body) {
            case Body.Of(var type) -> content.putObject("application/json").set("schema", schemas.of(type));
            case Body.ListOf(var type) -> content.putObject("application/json").set("schema", schemas.listOf(type));
            case Body.Lines(var type) -> {
                ObjectNode lines = content.putObject("application/x-ndjson").putObject("schema").put("type", "string").put("description", "one object a line");
                lines.put("contentMediaType", "application/json").set("contentSchema", schemas.of(type));
            }
            case Body.Raw(var media, var what) -> content.putObject(media).putObject("schema").put("description", what);
            case Body.Nothing() -> {
                // there is none
            }
        }
    }

    /** By status. */
    private static Map<Integer, Set<ProblemType>> problems(Operation one) {
        Set<ProblemType> all = EnumSet.copyOf(EVERYWHERE);
        all.addAll(one.problems());
        return all.stream().collect(Collectors.groupingBy(ProblemType::status, TreeMap::new, Collectors.toCollection(TreeSet::new)));
    }

    /** Most operations share theirs. */
    private String problem(int status, Set<ProblemType> types) {
        String name = status + types.stream().map(type -> "-" + type.slug()).collect(Collectors.joining());
        ObjectNode shared = root.withObject("components").withObject("responses");
        if (!shared.has(name)) {
            ObjectNode response = shared.putObject(name).put("description", types.stream().map(ProblemType::title).collect(Collectors.joining("; ")));
            ObjectNode schema = response.putObject("content").putObject(Problem.CONTENT_TYPE).putObject("schema");
            schema.putArray("allOf").add(schemas.of(Problem.class));
            ArrayNode kinds = schema.putObject("properties").putObject("type").putArray("enum");
            types.forEach(type -> kinds.add(type.uri()));
        }
        return "#/components/responses/" + name;
    }
}
