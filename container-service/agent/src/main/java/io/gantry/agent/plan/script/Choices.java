package io.gantry.agent.plan.script;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What may be set to make a second container beside the one of a script: in its lines each value is replaced by the variable that has it. */
final class Choices {
    private record Choice(String name, String value, Pattern alone, String variable) {
        String in(String line) {
            return line.contains(value) ? alone.matcher(line).replaceAll(variable) : line;
        }
    }

    private final List<Choice> all;

    /** @param values a variable's name, and the value in the plan, in the order they are replaced */
    Choices(Map<String, String> values) {
        all = values.entrySet().stream()
                .map(value -> new Choice(
                        value.getKey(),
                        value.getValue(),
                        Pattern.compile("(?<![\\w.])" + Pattern.quote(value.getValue()) + "(?![\\w.])"),
                        Matcher.quoteReplacement("${" + value.getKey() + "}")))
                .toList();
    }

    List<String> names() {
        return all.stream().map(Choice::name).toList();
    }

    /** Each as it is in the plan, unless somebody has set it. */
    List<String> exports() {
        return all.stream().map(choice -> "export %1$s=${%1$s:-%2$s}".formatted(choice.name(), choice.value())).toList();
    }

    /** Comments stay as they are. */
    List<String> in(List<String> lines) {
        return lines.stream().map(line -> line.startsWith("#") ? line : in(line)).toList();
    }

    private String in(String line) {
        String text = line;
        for (Choice choice : all) {
            text = choice.in(text);
        }
        return text;
    }
}
