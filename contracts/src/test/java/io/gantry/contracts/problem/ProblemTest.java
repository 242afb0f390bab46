package io.gantry.contracts.problem;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.envelope.Json;
import org.junit.jupiter.api.Test;

class ProblemTest {
    @Test
    void namesWhatWasSentAndDoesNotSendItBack() {
        Problem problem = new BadField("x".repeat(50_000), "got '" + "y".repeat(3_000_000) + "'", "z".repeat(5000)).problem("");
        assertThat(Json.write(problem).length()).isLessThan(15_000);
        assertThat(problem.detail()).startsWith("got 'yyy").endsWith("y…");
    }

    @Test
    void isNotCutWithinACharacter() {
        Problem problem = Problem.of(ProblemType.BAD_REQUEST, "x" + "🙂".repeat(5000));
        assertThat(problem.detail()).endsWith("🙂…");
    }

    @Test
    void anErrorThatNobodyForesawSaysItsMarkAndNothingElse() {
        Unexpected error = Unexpected.marked();
        assertThat(error.mark()).matches("[0-9a-f]{8}").isNotEqualTo(Unexpected.marked().mark());
        assertThat(error.problem("the gateway").detail()).isEqualTo("an unexpected error; the gateway's log has it under " + error.mark());
        assertThat(error.problem("the gateway").status()).isEqualTo(500);
    }
}
