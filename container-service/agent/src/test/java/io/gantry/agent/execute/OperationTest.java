package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class OperationTest {
    private static final Pattern ENUM = Pattern.compile("enum \\{\\s*(OP_BECOME_ROOT.*?)\\};", Pattern.DOTALL);
    private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/", Pattern.DOTALL);
    private static final Pattern CONSTANT = Pattern.compile("OP_(\\w+)(?:\\s*=\\s*(\\d+))?\\s*,");

    @Test
    void isWhatTheLauncherKnows() throws Exception {
        Map<String, Integer> ours = Arrays.stream(Operation.values()).collect(Collectors.toMap(Enum::name, Operation::code));
        assertThat(ours).isEqualTo(launchers());
    }

    @Test
    void noTwoHaveOneNumber() {
        assertThat(Arrays.stream(Operation.values()).map(Operation::code)).doesNotHaveDuplicates();
    }

    /** As the compiler numbers them: one without a number has the one after the last. */
    private static Map<String, Integer> launchers() throws Exception {
        Matcher block = ENUM.matcher(Files.readString(Path.of("../launcher/wire.h")));
        assertThat(block.find()).as("the operations of wire.h").isTrue();
        Map<String, Integer> all = new TreeMap<>();
        int code = 0;
        for (Matcher each = CONSTANT.matcher(COMMENT.matcher(block.group(1)).replaceAll("")); each.find(); ) {
            code = each.group(2) == null ? code + 1 : Integer.parseInt(each.group(2));
            all.put(each.group(1), code);
        }
        return all;
    }
}
