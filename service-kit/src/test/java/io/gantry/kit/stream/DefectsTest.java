package io.gantry.kit.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.pgclient.PgException;
import java.net.ConnectException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class DefectsTest {
    @Test
    void whatNoColumnTakesComesAgainHoweverOftenOneTries() {
        PgException nul = new PgException("unsupported Unicode escape sequence", "ERROR", "22P05", "\\u0000 cannot be converted to text.");
        assertThat(Defects.is(new CompletionException(nul))).isTrue();
    }

    @Test
    void aDatabaseThatIsAwayIsNoDefect() {
        assertThat(Defects.is(new PgException("the database system is in recovery mode", "FATAL", "57P03", null))).isFalse();
        assertThat(Defects.is(new CompletionException(new ConnectException("refused")))).isFalse();
    }
}
