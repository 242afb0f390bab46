package io.gantry.cli.progress;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TerminalSizeTest {
    @Test
    void readsWhatSttyPrints() {
        assertThat(TerminalSize.read("24 80")).contains(new TerminalSize(24, 80));
        assertThat(TerminalSize.read("0 0")).as("never told").contains(new TerminalSize(24, 80));
        assertThat(TerminalSize.read("2 3")).as("too small to draw on").contains(new TerminalSize(4, 20));
        assertThat(TerminalSize.read("stty: no")).isEmpty();
    }

    /** A test's standard output is a pipe or a file. */
    @Test
    void thereIsNoneWithoutATerminal() {
        assertThat(TerminalSize.ofOutput("xterm")).isEmpty();
        assertThat(TerminalSize.ofOutput("dumb")).isEmpty();
    }
}
