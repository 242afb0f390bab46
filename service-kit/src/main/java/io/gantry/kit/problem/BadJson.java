package io.gantry.kit.problem;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.problem.Problem;
import io.gantry.contracts.problem.ProblemType;
import java.lang.reflect.RecordComponent;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What is wrong with a body, in words of the API: which field, what stands there, what to write instead. No name of a class of ours. */
public final class BadJson {
    private static final String SHOW = "see docs/reference/rest.md for what this takes";

    private static final Pattern TOKEN = Pattern.compile("from (Object|Array|String|Boolean|Null|Number|Integer|Floating-point) value");

    /** Jackson's words for a value of another kind, where it tells the value itself. */
    private static final Pattern GIVEN = Pattern.compile("(?:String|Integer|Floating-point|Boolean|Number) value \\((?!token )(.+?)\\)(?: to `.*)?$", Pattern.DOTALL);

    /** Jackson's words for a name that stands twice. */
    private static final Pattern TWICE = Pattern.compile("^Duplicate field '(.*)'");

    private BadJson() {}

    public static Problem of(JsonProcessingException e) {
        Matcher twice = TWICE.matcher(String.valueOf(e.getOriginalMessage()));
        if (twice.find()) {
            String within = e instanceof JsonMappingException placed ? path(placed) : "";
            return new BadField(twice.group(1), "there are two fields '" + twice.group(1) + "' here", "leave one out").problem(within);
        }
        return switch (e) {
            case UnrecognizedPropertyException unknown -> unknown(unknown);
            case InvalidTypeIdException kind -> kind(kind);
            case MismatchedInputException more when String.valueOf(more.getOriginalMessage()).startsWith("Trailing token") ->
                    Problem.of(ProblemType.BAD_REQUEST, "the body goes on after its JSON value", null, "send one JSON object");
            case MismatchedInputException mismatch -> mismatch(mismatch);
            case JsonMappingException refused when refused.getCause() instanceof BadField bad -> bad.problem(path(refused));
            case JsonMappingException refused when refused.getCause() instanceof IllegalArgumentException why -> invalid(refused, why.getMessage(), null);
            case JsonMappingException other when !other.getPath().isEmpty() -> invalid(other, "its value can't be read", SHOW);
            default -> notJson(e);
        };
    }

    private static Problem unknown(UnrecognizedPropertyException e) {
        String name = e.getPropertyName();
        var known = e.getKnownPropertyIds().stream().map(Object::toString).sorted().toList();
        String hint = Spelling.closest(name, known).map(near -> "did you mean '" + near + "'?").orElse("there are " + String.join(", ", known));
        return invalid(e, "there is no field '" + name + "' here", hint);
    }

    private static Problem kind(InvalidTypeIdException e) {
        String known = FormWords.kinds(e.getBaseType().getRawClass());
        return e.getTypeId() == null
                ? invalid(e, "it doesn't say of which kind it is", "write one of " + known)
                : invalid(e, "'" + e.getTypeId() + "' is none of " + known, null);
    }

    private static Problem mismatch(MismatchedInputException e) {
        Class<?> wanted = wanted(e);
        String got = e instanceof InvalidFormatException format ? shown(format.getValue()) : token(e);
        return invalid(e, "this is " + FormWords.of(wanted) + ", got " + got, FormWords.hint(wanted, got));
    }

    /** The field's own type, if the one that Jackson reads is only what a unit is made of. */
    private static Class<?> wanted(MismatchedInputException e) {
        if (!e.getPath().isEmpty() && e.getPath().getLast().getFrom() instanceof Class<?> owner && owner.isRecord()) {
            for (RecordComponent field : owner.getRecordComponents()) {
                if (field.getName().equals(e.getPath().getLast().getFieldName()) && FormWords.isUnit(field.getType())) {
                    return field.getType();
                }
            }
        }
        return e.getTargetType() == null ? Object.class : e.getTargetType();
    }

    private static String shown(Object value) {
        return value instanceof CharSequence ? "'" + value + "'" : String.valueOf(value);
    }

    /** What stands at the place: the parser has gone on or is closed, so only Jackson's own words tell. */
    private static String token(MismatchedInputException e) {
        String words = String.valueOf(e.getOriginalMessage());
        Matcher given = GIVEN.matcher(words);
        if (given.find()) {
            return given.group(1).replaceFirst("^\"(.*)\"$", "'$1'");
        }
        Matcher told = TOKEN.matcher(words);
        if (!told.find()) {
            return "something else";
        }
        return switch (told.group(1)) {
            case "Object" -> "an object";
            case "Array" -> "a list";
            case "String" -> "a string";
            case "Boolean" -> "true or false";
            case "Null" -> "null";
            default -> "a number";
        };
    }

    private static Problem notJson(JsonProcessingException e) {
        JsonLocation at = e.getLocation();
        String where = at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
        String what = e.getOriginalMessage() == null ? "" : ": " + e.getOriginalMessage().replaceFirst("(?s) \\(start marker at.*", "").replaceFirst(", from `[^`]*`", "");
        return Problem.of(ProblemType.BAD_REQUEST, "the body is not JSON" + what + where, null, "send one JSON object, with Content-Type: application/json");
    }

    private static Problem invalid(JsonMappingException e, String detail, String hint) {
        String field = path(e);
        return Problem.of(ProblemType.INVALID_FIELD, detail, field.isEmpty() ? null : field, hint);
    }

    private static String path(JsonMappingException e) {
        return e.getPath().stream()
                .map(part -> part.getFieldName() == null ? "[" + part.getIndex() + "]" : part.getFieldName())
                .collect(Collectors.joining("."))
                .replace(".[", "[");
    }
}
