package io.gantry.image.build.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of variables, quotes and escapes. */
class SubstitutionTest {
    private static final Position AT = new Position(3, 4);
    private static final Map<String, String> VALUES = Map.of(
            "A", "1", "EMPTY", "", "HOME", "/root", "WORD", "foobarbaz", "STARS", "a***yy*", "PATHS", "/tmp/tmp/bar.txt", "CITY", "東京都", "ANY", "*", "SLASH", "/tmp");

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', value = {
        // names
        "$A|1", "${A}|1", "x${A}y|x1y", "x$A.y|x1.y", "$MISSING.|.", "${MISSING}|^^", "$A$HOME|1/root", "安$CITY!|安東京都!", "$AX|^^", "${A}X|1X", "$A-$A|1-1",
        // signs and numbers of the shell's are empty
        "a$1b|ab", "a$12b|ab", "a$@b|ab", "a$$b|ab", "a$?|a", "$|$", "a$.b|a$.b", "$ A|$ A",
        // with another word
        "${MISSING:-d}|d", "${MISSING-d}|d", "${EMPTY:-d}|d", "${EMPTY-d}|^^", "${A:-d}|1", "${A:-}|1", "${MISSING:-}|^^",
        "${A:+yes}|yes", "${A+yes}|yes", "${MISSING:+yes}|^^", "${MISSING+yes}|^^", "${EMPTY+yes}|yes", "${EMPTY:+yes}|^^",
        "${MISSING:-${A}}|1", "${MISSING:-$A$A}|11", "${MISSING:-${OTHER:-${HOME}}}|/root", "${A:+${HOME}}x|/rootx", "${MISSING:-'a } b'}|a } b", "${MISSING:-\\}}|}",
        "${A:?no}|1", "${A?no}|1", "${EMPTY?no}|^^",
        // without a start or an end
        "${WORD#f*b}|arbaz", "${WORD##f*b}|az", "${WORD%b*}|foobar", "${WORD%%b*}|foo", "${WORD#x}|foobarbaz", "${WORD%x}|foobarbaz", "${WORD#}|foobarbaz", "${WORD%%}|foobarbaz",
        "${WORD#?}|oobarbaz", "${WORD%?}|foobarba", "${WORD#*}|foobarbaz", "${WORD##*}|^^", "${WORD%%*}|^^", "${STARS%%\\**\\*}|a", "${STARS#a\\*}|**yy*", "${WORD#$ANY}|foobarbaz",
        "${WORD##$ANY}|^^", "${PATHS#$SLASH}|/tmp/bar.txt", "${PATHS##*/}|bar.txt", "${PATHS%/*}|/tmp/tmp", "${PATHS%.txt}|/tmp/tmp/bar", "${CITY#?}|京都", "${CITY%都}|東京", "${MISSING#a}|^^",
        // with something in another's place
        "${WORD/ba/fo}|fooforbaz", "${WORD//ba/fo}|fooforfoz", "${WORD/o/}|fobarbaz", "${WORD//o/}|fbarbaz", "${WORD/b*/-}|foo-", "${WORD//b?r/$A}|foo1baz", "${PATHS/$SLASH/}|/tmp/bar.txt",
        "${PATHS//$SLASH/}|/bar.txt", "${PATHS//\\//.}|.tmp.tmp.bar.txt", "${WORD/x/y}|foobarbaz", "${MISSING/a/b}|^^", "${STARS//\\*/-}|a---yy-", "${STARS/\\*\\*/+}|a+*yy*",
        // quotes and escapes
        "\\$A|$A", "\\${A}|${A}", "'$A'|$A", "\"$A b\"|1 b", "a\\ b|a b", "\"\\x\"|\\x", "\"\\$A\"|$A", "\"a\\\"b\"|a\"b", "\\\\$A|\\1", "\"'$A'\"|'1'", "'\"'|\"", "a'b'c|abc", "\"\"|^^", "a\\|a",
        "'\\'|\\", "\"\\\\\"|\\"
    })
    void givesWhatTheShellWould(String text, String expected) {
        assertThat(Substitution.expand(text, '\\', SubstitutionTest::value, AT)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', value = {
        "${A|without }", "${|without a name", "${}|without a name", "${.}|without a name", "${A.b}|isn't known", "${A=b}|isn't known", "${A:=b}|isn't known", "${A:b}|isn't known", "${A:}|isn't known",
        "${A:#b}|isn't known", "${A:-b|without }", "${WORD//x}|doesn't say what the pattern is replaced by", "${WORD/x/y|without }", "${WORD#\\x}|escapes x", "'a|the quote ' is not closed",
        "\"a|the quote \" is not closed", "${A:-\"b}|the quote \" is not closed", "${MISSING:?give it}|MISSING: give it", "${MISSING?}|MISSING: is not set", "${EMPTY:?give $HOME}|EMPTY: give /root"
    })
    void saysWhatCannotBeReplaced(String text, String message) {
        assertThatThrownBy(() -> Substitution.expand(text, '\\', SubstitutionTest::value, AT))
                .isInstanceOf(DockerfileRefusal.class)
                .hasMessageContaining("line 3, column 4")
                .hasMessageContaining(message);
    }

    @Test
    void anotherEscapeLeavesBackslashesAlone() {
        assertThat(Substitution.expand("c:\\$A `$A", '`', SubstitutionTest::value, AT)).isEqualTo("c:\\1 $A");
    }

    @Test
    void aDocumentKeepsItsQuotes() {
        assertThat(Substitution.expandDocument("\"$A\" '${HOME}' \\$A \\\\ \\n it's ${MISSING:-d}\nno \\\nend\n", '\\', SubstitutionTest::value, AT))
                .isEqualTo("\"1\" '/root' $A \\ \\n it's d\nno end\n");
    }

    @Test
    void aPatternThatWouldTakeForEverIsRefused() {
        String value = "a".repeat(20_000);
        assertThatThrownBy(() -> Substitution.expand("${X//*a*a*a*b/c}", '\\', _ -> Optional.of(value), AT)).hasMessageContaining("the value is too long to look for this pattern in it");
        assertThat(Substitution.expand("${X##*a*a*a*b}", '\\', _ -> Optional.of(value), AT)).isEqualTo(value);
    }

    private static Optional<String> value(String name) {
        return Optional.ofNullable(VALUES.get(name));
    }
}
