package io.gantry.kernel.seccomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.unit.Capability;
import io.gantry.contracts.unit.SeccompProfile;
import io.gantry.contracts.unit.SeccompProfile.Action;
import io.gantry.contracts.unit.SeccompProfile.Argument;
import io.gantry.contracts.unit.SeccompProfile.Comparison;
import io.gantry.contracts.unit.SeccompProfile.Rule;
import io.gantry.contracts.unit.SeccompProfile.When;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ProfileCompilerTest {
    private static final int X86_64 = 0xc000003e;
    private static final int ALLOW = 0x7fff0000;
    private static final int REFUSE = 0x00050000;
    private static final int EPERM = 1;
    private static final int ENOSYS = 38;
    private static final String KERNEL = "6.1.0-13-amd64";
    private final CallTable table = new CallTable();

    private int run(SeccompProfile profile, String call, long... arguments) {
        return BpfMachine.run(ProfileCompiler.program(profile, Set.of(Capability.NET_RAW), KERNEL), X86_64, table.number(call), arguments);
    }

    private static Rule rule(List<String> names, Action action, Argument... arguments) {
        return new Rule(names, null, action, null, List.of(arguments), null, null, null);
    }

    private static Rule when(When includes, When excludes) {
        return new Rule(List.of("read"), null, Action.ALLOW, null, null, null, includes, excludes);
    }

    private static SeccompProfile profile(Rule... rules) {
        return new SeccompProfile(Action.ERRNO, null, null, null, List.of(rules));
    }

    private static Argument argument(int index, String value, String valueTwo, Comparison op) {
        return new Argument(index, new BigInteger(value), new BigInteger(valueTwo), op);
    }

    @Test
    void answersByRuleAndOtherwiseByDefault() {
        SeccompProfile profile = profile(
                rule(List.of("read", "no_such_call"), Action.ALLOW), new Rule(null, "write", Action.ERRNO, 13, null, "old form", null, null),
                rule(List.of("kill"), Action.KILL_PROCESS), rule(List.of("fork"), Action.TRAP), rule(List.of("getpid"), Action.LOG));
        assertThat(run(profile, "read")).isEqualTo(ALLOW);
        assertThat(run(profile, "write")).isEqualTo(REFUSE | 13);
        assertThat(run(profile, "kill")).isEqualTo(0x80000000);
        assertThat(run(profile, "fork")).isEqualTo(0x00030000);
        assertThat(run(profile, "getpid")).isEqualTo(0x7ffc0000);
        assertThat(run(profile, "open")).isEqualTo(REFUSE | EPERM);
        assertThat(BpfMachine.run(ProfileCompiler.program(profile, Set.of(), KERNEL), X86_64, 9999)).as("from a later kernel").isEqualTo(REFUSE | ENOSYS);
        assertThat(BpfMachine.run(ProfileCompiler.program(profile, Set.of(), KERNEL), 0x40000003, 3)).as("i386").isEqualTo(REFUSE | ENOSYS);
    }

    /** Every comparison at the edges of both halves of an argument, against what Java says. */
    @ParameterizedTest
    @EnumSource(Comparison.class)
    void comparesAllSixtyFourBits(Comparison op) {
        List<String> numbers = List.of("0", "1", "5", "4294967295", "4294967296", "4294967301", "21474836480", "9223372036854775808", "18446744073709551615");
        for (String value : numbers) {
            for (String two : op == Comparison.MASKED_EQ ? numbers : List.of("0")) {
                SeccompProfile profile = profile(rule(List.of("socket"), Action.ALLOW, argument(1, value, two, op)));
                for (String given : numbers) {
                    boolean holds = holds(op, new BigInteger(given), new BigInteger(value), new BigInteger(two));
                    assertThat(run(profile, "socket", 77, new BigInteger(given).longValue(), 88))
                            .as("%s %s %s %s", given, op, value, two)
                            .isEqualTo(holds ? ALLOW : REFUSE | EPERM);
                }
            }
        }
    }

    private static boolean holds(Comparison op, BigInteger given, BigInteger value, BigInteger two) {
        int order = given.compareTo(value);
        return switch (op) {
            case NE -> order != 0;
            case LT -> order < 0;
            case LE -> order <= 0;
            case EQ -> order == 0;
            case GE -> order >= 0;
            case GT -> order > 0;
            case MASKED_EQ -> given.and(value).equals(two);
        };
    }

    @Test
    void allArgumentsOfARuleMustHoldUnlessOneStandsTwice() {
        SeccompProfile both = profile(rule(List.of("socket"), Action.ALLOW, argument(0, "2", "0", Comparison.EQ), argument(1, "1", "0", Comparison.GT)));
        assertThat(run(both, "socket", 2, 2)).isEqualTo(ALLOW);
        assertThat(run(both, "socket", 2, 1)).isEqualTo(REFUSE | EPERM);
        assertThat(run(both, "socket", 3, 2)).isEqualTo(REFUSE | EPERM);
        SeccompProfile either = profile(rule(List.of("socket"), Action.ALLOW, argument(0, "2", "0", Comparison.EQ), argument(0, "10", "0", Comparison.EQ)));
        assertThat(run(either, "socket", 10)).isEqualTo(ALLOW);
        assertThat(run(either, "socket", 3)).isEqualTo(REFUSE | EPERM);
    }

    @Test
    void theFirstRuleThatFitsDecides() {
        SeccompProfile profile = profile(
                rule(List.of("personality"), Action.ALLOW, argument(0, "8", "0", Comparison.EQ)),
                rule(List.of("personality"), Action.LOG, argument(0, "0", "0", Comparison.EQ)), rule(List.of("personality"), Action.TRAP));
        assertThat(run(profile, "personality", 8)).isEqualTo(ALLOW);
        assertThat(run(profile, "personality", 0)).isEqualTo(0x7ffc0000);
        assertThat(run(profile, "personality", 4)).isEqualTo(0x00030000);
    }

    @ParameterizedTest
    @CsvSource({
        "CAP_NET_RAW, , , true", "CAP_SYS_ADMIN, , , false", ", amd64, , true", ", arm64, , false", ", , 4.8, true", ", , 6.1, true", ", , 6.2, false", ", , 7.0, false"
    })
    void aRuleCountsWhereItsConditionsSaySo(String capability, String architecture, String kernel, boolean counts) {
        When when = new When(list(capability), list(architecture), kernel);
        assertThat(run(profile(when(when, null)), "read")).isEqualTo(counts ? ALLOW : REFUSE | EPERM);
        assertThat(run(profile(when(null, when)), "read")).as("excluded").isEqualTo(counts ? REFUSE | EPERM : ALLOW);
    }

    private static List<String> list(String one) {
        return one == null ? List.of() : List.of(one);
    }

    @Test
    void refusesWhatIsTooLongForTheKernel() {
        Argument[] many = IntStream.range(0, 1200).mapToObj(i -> argument(0, Integer.toString(i), "0", Comparison.EQ)).toArray(Argument[]::new);
        assertThatThrownBy(() -> ProfileCompiler.compile(profile(rule(List.of("ioctl"), Action.ALLOW, many)), Set.of(), KERNEL))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("and the kernel takes 4096");
    }

    /** The reviewer reads what a small profile becomes. */
    @Test
    void makesTheProgramOfTheGoldenFile() throws Exception {
        SeccompProfile profile = profile(
                rule(List.of("read", "write"), Action.ALLOW), rule(List.of("socket"), Action.ALLOW, argument(0, "40", "0", Comparison.NE)),
                rule(List.of("clone"), Action.ALLOW, argument(0, "2114060288", "0", Comparison.MASKED_EQ)));
        String text = ProfileCompiler.program(profile, Set.of(), KERNEL).stream()
                .map(each -> "%02x %3d %3d %08x".formatted(each.code(), each.jumpTrue(), each.jumpFalse(), each.value()))
                .collect(Collectors.joining("\n", "", "\n"));
        Path golden = Path.of("src/test/resources/golden/small-profile.bpf");
        if (System.getProperty("golden.write") != null) {
            Files.createDirectories(golden.getParent());
            Files.writeString(golden, text);
        }
        assertThat(text).isEqualTo(Files.readString(golden));
    }
}
