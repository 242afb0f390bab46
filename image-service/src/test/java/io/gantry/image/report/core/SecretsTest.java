package io.gantry.image.report.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.view.ImageReportView.Secret;
import io.gantry.image.report.FatImage;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecretsTest {
    @Test
    void aPrivateKeyIsOneOnlyWithItsBytes() {
        assertThat(Secrets.inFile("root/.ssh/id_rsa", FatImage.PRIVATE_KEY)).contains("private key");
        assertThat(Secrets.inFile("usr/bin/keys.py", "if line == '-----BEGIN RSA PRIVATE KEY-----':\n    read()")).isEmpty();
        assertThat(Secrets.inFile("etc/ssl/certs/ca.pem", FatImage.PRIVATE_KEY.replace("PRIVATE KEY", "CERTIFICATE"))).isEmpty();
    }

    @Test
    void samplesOfThoseWhoWriteProgramsAreNone() {
        assertThat(Secrets.inFile("usr/lib/python3/test/keycert.pem", FatImage.PRIVATE_KEY)).isEmpty();
        assertThat(Secrets.inFile("usr/lib/python3/keycert.pem", FatImage.PRIVATE_KEY)).isPresent();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "root/.git-credentials | https://me:hidden@example.org | password for Git",
        "root/.netrc | machine example.org login me password hidden | password for other hosts",
        "root/.docker/config.json | {\"auths\":{\"r\":{\"auth\": \"bWU6aGlkZGVu\"}}} | password for a registry",
        "home/app/.aws/credentials | aws_secret_access_key = hidden | AWS secret key",
        "home/app/.npmrc | //registry.npmjs.org/:_authToken=hidden | npm token",
        "home/app/.kube/config |     client-key-data: aGlkZGVuIGtleQ== | key for Kubernetes",
        "app/settings.ini | key=AKIAIOSFODNN7EXAMPLE | AWS access key",
        "app/settings.ini | glpat-abcdefghij0123456789 | GitLab token"
    })
    void filesThatHaveThemWhereEverybodyKnowsAreNamed(String path, String text, String kind) {
        assertThat(Secrets.inFile(path, text)).contains(kind);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "home/app/.npmrc | //registry.npmjs.org/:_authToken=${NPM_TOKEN}",
        "root/.docker/config.json | {\"auths\":{}}",
        "app/read.me | set the token ghp_ and the secret AKIA",
        "app/main.py | password = os.environ['PASSWORD']"
    })
    void wordsAboutSecretsAreNone(String path, String text) {
        assertThat(Secrets.inFile(path, text)).isEmpty();
    }

    @Test
    void aVariableIsASecretByItsNameUnlessItsValueIsNone() {
        assertThat(Secrets.inEnvironment(Map.of(
                        "DB_PASSWORD", "hidden-word", "SECRET_KEY_BASE", "0123456789abcdef", "DB_PASSWORD_FILE", "/run/secrets/db", "API_TOKEN", "$TOKEN", "ALLOW_EMPTY_PASSWORD", "yes",
                        "GPG_KEY", "A035C8C19219BA821ECE", "DATABASE", "postgres://me:hidden@db/shop", "TOKENIZER", "fast", "HOME_URL", "https://example.org:8080/@me")))
                .extracting(Secret::place)
                .containsExactly("DATABASE", "DB_PASSWORD", "SECRET_KEY_BASE");
    }

    @Test
    void whatIsShownOfAnInstructionHasStarsInTheirPlace() {
        List<String> instructions = List.of(
                "ARG TOKEN=" + FatImage.TOKEN, "|1 DB_PASSWORD=hidden /bin/sh -c make", "ENV DB_PASSWORD 'hidden words'", "RUN git clone https://me:hidden@example.org/x", "ENV TOKEN=$TOKEN", "RUN --mount=type=secret,id=token make");
        assertThat(instructions.stream().map(Secrets::redacted)).containsExactly(
                "ARG TOKEN=***", "|1 DB_PASSWORD=*** /bin/sh -c make", "ENV DB_PASSWORD ***", "RUN git clone https://me:***@example.org/x", "ENV TOKEN=$TOKEN", "RUN --mount=type=secret,id=token make");
        assertThat(Secrets.inHistory(instructions)).extracting(Secret::place).containsExactly("instruction 1", "instruction 2", "instruction 3", "instruction 4");
    }
}
