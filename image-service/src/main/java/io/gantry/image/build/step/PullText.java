package io.gantry.image.build.step;

import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Digest;
import io.gantry.image.remote.TransferHearer;

/** How far the pull of a base image is, as a build's output. */
record PullText(StepOutput output) implements TransferHearer {
    private static final int SHORT = 12;

    @Override
    public void begins(String repository, String tag) {
        output.text(tag + ": Pulling from " + repository + "\n");
    }

    @Override
    public void layer(Digest layer, State state, long current, long total) {
        String id = layer.hex().substring(0, SHORT);
        switch (state) {
            case PRESENT -> output.text(id + ": Already exists\n");
            case DONE -> output.text(id + ": Pull complete, " + new Bytes(total) + "\n");
            case MOVING -> {
                // a line for each step would be many
            }
        }
    }
}
