package io.gantry.check.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;

/** Values at the borders of what can be, and beyond. */
final class Oddities {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** Stands for arrays in arrays in arrays, which no tree of nodes can be written as. */
    static final String DEEP = "a-hundred-thousand-deep";

    static final List<String> TEXTS = List.of(
            "", " ", "a b", "\t", "x\ny", "\u0000", "a\u0000b", "\u001b[31m", "\u202egpj.exe", "\ud83d", "\ufffe", "ünïcödé-名前-🙂", "x".repeat(129), "x".repeat(5000), "x".repeat(70_000), "a.".repeat(20_000) + "a", "1,".repeat(30_000) + "1",
            "../../../etc/passwd", "/", "//", "/a/../b", "-", "--help", "-1", "0", "1e999", "NaN", "null", "true", "{}", "[]", "\"", "\\", "%00", "%", "%s%n", "${x}", "$(id)", "'; drop table container; --",
            "a/b:c@d", "@", ":", "a:b:c", "a=b=c", "=", ",", "sha256:" + "0".repeat(64), "sha256:" + "0".repeat(63), "0".repeat(64), "*", "*a".repeat(40), "a*a*a*a*a*a*a*a*b", "(((", "[a", "localhost:99999/x", "1.2.3.4/99", "999.1.1.1", "::1");

    static final List<String> DURATIONS = List.of(
            "PT0S", "PT0.0009S", "PT0.000000001S", "-PT1S", "P36500D", "PT2562047788015215H30M7.999999999S", "-PT2562047788015215H30M8S", "-PT2000000000000000H", "PT9223372036854775807S",
            "PT99999999999999999999S", "PT", "P1Y", "1s", "5", "pt1s");

    static final List<String> TIMES = List.of(
            "1970-01-01T00:00:00Z", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z", "+1000000000-12-31T23:59:59.999999999Z", "-1000000000-01-01T00:00:00Z", "2026-02-30T00:00:00Z",
            "2026-01-01T00:00:60Z", "2026-01-01T00:00:00+18:00", "2026-01-01", "0", "-1", "9223372036854775807", "now");

    static final List<JsonNode> NUMBERS = List.of(
            JSON.numberNode(0), JSON.numberNode(-1), JSON.numberNode(65_536), JSON.numberNode(Integer.MAX_VALUE), JSON.numberNode(Integer.MIN_VALUE), JSON.numberNode(1L << 31),
            JSON.numberNode(1L << 53), JSON.numberNode(Long.MAX_VALUE), JSON.numberNode(Long.MIN_VALUE), JSON.numberNode(BigInteger.ONE.shiftLeft(63)), JSON.numberNode(BigInteger.TEN.pow(400)),
            JSON.numberNode(BigInteger.TEN.pow(2000)), JSON.numberNode(new BigDecimal("1.5")), JSON.numberNode(new BigDecimal("1E+400")), JSON.numberNode(new BigDecimal("1E+1000000000")),
            JSON.numberNode(new BigDecimal("-1E-1000000000")), JSON.numberNode(-0.0));

    private Oddities() {}

    /** Something of any kind. */
    static JsonNode any(Dice dice) {
        return switch (dice.below(9)) {
            case 0 -> JSON.nullNode();
            case 1 -> JSON.booleanNode(dice.oneIn(2));
            case 2 -> dice.of(NUMBERS);
            case 3 -> JSON.arrayNode();
            case 4 -> JSON.objectNode();
            case 5 -> JSON.arrayNode().addNull().add(1).add("x").addObject();
            case 6 -> JSON.objectNode().put("unicorn", 1).putNull("");
            case 7 -> JSON.textNode(DEEP);
            default -> JSON.textNode(dice.of(TEXTS));
        };
    }
}
