package io.gantry.image.build.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GitAddressTest {
    private static final Position AT = new Position(2, 1);

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "none", value = {
        "https://h/x.git             | https://h/x.git | none | ''",
        "https://h/x.git#v1.2        | https://h/x.git | v1.2 | ''",
        "https://h/x.git#a/b:sub/dir | https://h/x.git | a/b  | sub/dir",
        "https://h/x.git#:/sub/      | https://h/x.git | none | sub",
        "https://h/x.git#:           | https://h/x.git | none | ''"
    })
    void isReadAsItIsWritten(String text, String repository, String ref, String folder) {
        GitAddress address = GitAddress.parse(text, AT);
        assertThat(GitAddress.is(text)).isTrue();
        assertThat(address.repository()).isEqualTo(repository);
        assertThat(address.ref().orElse(null)).isEqualTo(ref);
        assertThat(address.folder()).isEqualTo(folder);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "git@h:x.git                     | can't be fetched: image-service asks by https alone, and reaches no keys and no ssh agent",
        "ssh://h/x.git                   | can't be fetched: image-service asks by https alone",
        "git://h/x.git                   | can't be fetched: image-service asks by https alone",
        "https://h/x.git#--upload-pack=x | is no branch, tag or commit",
        "https://h/x.git#a..b            | is no branch, tag or commit",
        "https://h/x.git#a b             | is no branch, tag or commit",
        "https://h/x.git#v1:../../etc    | leads out of the repository",
        "https://h/x.git#v1:a/../../etc  | leads out of the repository"
    })
    void whatMeansNoGoodIsRefused(String text, String reason) {
        assertThat(GitAddress.is(text)).isTrue();
        assertThatThrownBy(() -> GitAddress.parse(text, AT)).isInstanceOf(DockerfileRefusal.class).hasMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource({"https://h/file.txt", "https://h/x.tar.gz#a", "src/x.git", "./a", "a@b", "https://h/x?y=z.git"})
    void filesAreNone(String text) {
        assertThat(GitAddress.is(text)).isFalse();
    }
}
