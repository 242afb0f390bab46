package io.gantry.agent.oci.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.problem.BadField;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A value in a JSON document that knows where it stands: {@code process.user.uid}. What is asked of one that isn't there is absent or empty;
 * one of another kind is refused with its place.
 */
public record Member(String place, JsonNode value) {
    private static final BigInteger LARGEST = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

    public boolean there() {
        return value != null && !value.isNull() && !value.isMissingNode();
    }

    public Member at(String name) {
        String below = place.isEmpty() ? name : place + "." + name;
        if (there() && !value.isObject()) {
            throw wrong("an object");
        }
        return new Member(below, there() ? value.get(name) : null);
    }

    public Optional<String> text() {
        if (!there()) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            throw wrong("a text");
        }
        if (value.textValue().indexOf('\0') >= 0) {
            throw new BadField(place, place + " has a zero byte, which no text for the kernel can have");
        }
        return Optional.of(value.textValue());
    }

    public String required() {
        return text().filter(text -> !text.isEmpty()).orElseThrow(() -> new BadField(place, place + " is missing"));
    }

    public boolean yes() {
        if (there() && !value.isBoolean()) {
            throw wrong("true or false");
        }
        return there() && value.booleanValue();
    }

    /** 64 bits, signed or not. */
    public Optional<Long> number() {
        if (!there()) {
            return Optional.empty();
        }
        if (!value.isIntegralNumber() || value.bigIntegerValue().compareTo(LARGEST) > 0 || value.bigIntegerValue().bitLength() > 64) {
            throw wrong("a whole number of 64 bits");
        }
        return Optional.of(value.bigIntegerValue().longValue());
    }

    /** An id: 32 bits, unsigned. */
    public int id() {
        long number = number().orElse(0L);
        if (number < 0 || number > 0xffffffffL) {
            throw wrong("a number of 32 bits");
        }
        return (int) number;
    }

    public List<Member> list() {
        if (there() && !value.isArray()) {
            throw wrong("a list");
        }
        List<Member> all = new ArrayList<>();
        for (int i = 0; there() && i < value.size(); i++) {
            all.add(new Member(place + "[" + i + "]", value.get(i)));
        }
        return all;
    }

    public <T> List<T> list(Function<Member, T> read) {
        return list().stream().map(read).toList();
    }

    public List<String> texts() {
        return list(each -> each.text().orElseThrow(() -> each.wrong("a text")));
    }

    /** In the order of the document. */
    public Map<String, String> map() {
        Map<String, String> all = new LinkedHashMap<>();
        names().forEach(name -> all.put(name, at(name).text().orElse("")));
        return all;
    }

    public List<String> names() {
        if (there() && !value.isObject()) {
            throw wrong("an object");
        }
        List<String> names = new ArrayList<>();
        if (there()) {
            value.fieldNames().forEachRemaining(names::add);
        }
        return names;
    }

    /** That it isn't asked for; an empty value asks for nothing. */
    public void absent(String why) {
        boolean empty = !there() || value.isContainerNode() && value.isEmpty() || value.isTextual() && value.textValue().isEmpty()
                || value.isBoolean() && !value.booleanValue();
        if (!empty) {
            throw new BadField(place, place + " isn't honoured: " + why, "leave it out, or run this bundle with a runtime that has it");
        }
    }

    /** Names here that neither we nor the specification know, each with its place. */
    public List<String> strangers(Set<String> known) {
        return names().stream().filter(name -> !known.contains(name)).map(name -> at(name).place()).toList();
    }

    public BadField wrong(String kind) {
        String shown = value == null ? "nothing" : value.toString();
        return new BadField(place, "%s is %s, got %s".formatted(place, kind, shown.length() > 60 ? shown.substring(0, 60) + "…" : shown));
    }
}
