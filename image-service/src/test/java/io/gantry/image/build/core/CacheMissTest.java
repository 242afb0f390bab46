package io.gantry.image.build.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.gantry.contracts.view.BuildMissView;
import io.gantry.image.build.core.Ingredients.Piece;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CacheMissTest {
    private static final Ingredients RUN = new Ingredients(
            "RUN make", "b1", Map.of("ENV A", "1", "USER", "root"), Map.of("WHO", "me"), List.of("tmpfs /t"), Map.of("src/a", new Piece("a", "a1"), "src/b", new Piece("b", "b1")), "");

    static Stream<Arguments> cases() {
        return Stream.of(
                arguments("nothing is known", List.of(), Optional.empty(), List.of("NEW null no build that is known had this instruction")),
                arguments("the same, gone", List.of(RUN), Optional.empty(), List.of("GONE null what an earlier build made of the same is kept no more")),
                arguments("another base", List.of(below(RUN, "b2")), Optional.empty(), List.of("BELOW null the base image is another")),
                arguments("after a step that was made", List.of(below(RUN, "b2")), Optional.of("step 2 (COPY a .)"), List.of("BELOW step 2 (COPY a .) it goes on another layer, made by step 2 (COPY a .)")),
                arguments("another argument", List.of(given(RUN, Map.of("WHO", "you"))), Optional.empty(), List.of("ARGUMENT WHO the build argument WHO is another")),
                arguments("an argument more", List.of(given(RUN, Map.of())), Optional.empty(), List.of("ARGUMENT WHO the build argument WHO is new")),
                arguments("an argument less", List.of(given(RUN, Map.of("WHO", "me", "OLD", "1"))), Optional.empty(), List.of("ARGUMENT OLD the build argument OLD is there no more")),
                arguments("another setting", List.of(settings(RUN, Map.of("ENV A", "2", "USER", "root"))), Optional.empty(), List.of("SETTINGS ENV A ENV A is another")),
                arguments("another mount", List.of(mounts(RUN, List.of("cache x /x"))), Optional.empty(), List.of("MOUNT tmpfs /t it has tmpfs /t now", "MOUNT cache x /x it has cache x /x no more")),
                arguments(
                        "other files", List.of(files(RUN, Map.of("src/a", new Piece("a", "a0"), "src/c", new Piece("c", "c1")))), Optional.empty(),
                        List.of("FILE_CHANGED a the file a is another", "FILE_ADDED b the file b is new", "FILE_REMOVED c the file c is there no more")),
                arguments("another instruction on the same", List.of(instruction(RUN, "RUN make old")), Optional.empty(), List.of("INSTRUCTION RUN make old the instruction is another; it was RUN make old")),
                arguments("another instruction elsewhere", List.of(below(instruction(RUN, "RUN old"), "b2")), Optional.empty(), List.of("NEW null no build that is known had this instruction")),
                arguments("the most alike", List.of(below(given(RUN, Map.of()), "b9"), given(RUN, Map.of("WHO", "you")), instruction(RUN, "RUN x")), Optional.empty(), List.of("ARGUMENT WHO the build argument WHO is another")),
                arguments("another source date", List.of(new Ingredients(RUN.instruction(), RUN.below(), RUN.settings(), RUN.arguments(), RUN.mounts(), RUN.files(), "5")), Optional.empty(), List.of("SOURCE_DATE null SOURCE_DATE_EPOCH is another")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void saysWhatIsOther(String name, List<Ingredients> kept, Optional<String> newest, List<String> expected) {
        assertThat(CacheMiss.why(RUN, kept, newest)).extracting(CacheMissTest::told).isEqualTo(expected);
    }

    @Test
    void ofManyFilesTheFirstAreNamedAndTheRestIsCounted() {
        Map<String, Piece> many = new TreeMap<>();
        for (int i = 10; i < 35; i++) {
            many.put("f" + i, new Piece("f" + i, "x"));
        }
        List<BuildMissView> why = CacheMiss.why(files(RUN, many), List.of(files(RUN, Map.of())), Optional.empty());
        assertThat(why).hasSize(11);
        assertThat(why.getFirst().subject()).isEqualTo("f10");
        assertThat(why.getLast().detail()).isEqualTo("and 15 files more");
    }

    private static String told(BuildMissView why) {
        return why.reason() + " " + why.subject() + " " + why.detail();
    }

    private static Ingredients instruction(Ingredients one, String instruction) {
        return new Ingredients(instruction, one.below(), one.settings(), one.arguments(), one.mounts(), one.files(), one.sourceDate());
    }

    private static Ingredients below(Ingredients one, String below) {
        return new Ingredients(one.instruction(), below, one.settings(), one.arguments(), one.mounts(), one.files(), one.sourceDate());
    }

    private static Ingredients settings(Ingredients one, Map<String, String> settings) {
        return new Ingredients(one.instruction(), one.below(), settings, one.arguments(), one.mounts(), one.files(), one.sourceDate());
    }

    private static Ingredients given(Ingredients one, Map<String, String> arguments) {
        return new Ingredients(one.instruction(), one.below(), one.settings(), arguments, one.mounts(), one.files(), one.sourceDate());
    }

    private static Ingredients mounts(Ingredients one, List<String> mounts) {
        return new Ingredients(one.instruction(), one.below(), one.settings(), one.arguments(), mounts, one.files(), one.sourceDate());
    }

    private static Ingredients files(Ingredients one, Map<String, Piece> files) {
        return new Ingredients(one.instruction(), one.below(), one.settings(), one.arguments(), one.mounts(), files, one.sourceDate());
    }
}
