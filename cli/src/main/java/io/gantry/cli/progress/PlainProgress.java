package io.gantry.cli.progress;

import java.io.PrintWriter;

/** For files, pipes and programs: what is done, a line each. */
final class PlainProgress implements Progress {
    private final PrintWriter out;

    PlainProgress(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void bytes(String name, long done, long of) {
        // a line for each step would be many
    }

    @Override
    public void step(int number, int of) {
        // its instruction is told anyway
    }

    @Override
    public void over(String name, String words) {
        out.println(name + "  " + words);
        out.flush();
    }

    @Override
    public void forget(String name) {
        // nothing was told of it
    }

    @Override
    public void text(String text) {
        out.print(text);
        out.flush();
    }

    @Override
    public void settle() {
        out.flush();
    }

    @Override
    public void close() {
        settle();
    }
}
