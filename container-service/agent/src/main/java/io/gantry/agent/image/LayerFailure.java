package io.gantry.agent.image;

import io.gantry.agent.runtime.Unready;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.state.Observed;
import io.gantry.kernel.files.FileFailure;
import io.gantry.kernel.syscall.Errno;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletionException;

/** A layer could not be fetched, checked or unpacked. */
public final class LayerFailure extends RuntimeException implements Unready {
    private static final long serialVersionUID = 1L;
    private final transient Observed.Failure failure;

    public LayerFailure(Observed.Failure failure, Throwable cause) {
        super(failure.detail(), cause);
        this.failure = failure;
    }

    /** @param disk where it was to be unpacked */
    static LayerFailure of(ResolvedImage.Layer layer, IOException e, Path disk) {
        int errno = errno(e);
        String hint = e instanceof BlobSourceAway
                ? "check that image-service runs (gantry status) and that this host reaches that address; the agent goes on trying"
                : errno == Errno.ENOSPC ? "free room on the disk of " + disk
                : errno == Errno.EFBIG ? "build the image with smaller layers" : "the agent tries again at the next start";
        String detail = "layer " + layer.diffId() + ": " + what(e) + (e instanceof LayerBudget.Exceeded ? " (its blob has " + layer.size() + ")" : "");
        return new LayerFailure(new Observed.Failure("image", errno, detail, hint), e);
    }

    /** The failure behind what a stage of {@link LayerStore#ensure} completed with. */
    public static LayerFailure behind(Throwable e) {
        return e instanceof LayerFailure failure
                ? failure
                : e instanceof CompletionException && e.getCause() instanceof LayerFailure cause
                        ? cause
                        : new LayerFailure(new Observed.Failure("image", 0, String.valueOf(e.getMessage()), ""), e);
    }

    private static int errno(IOException e) {
        return switch (e) {
            case FileFailure file -> file.errno();
            case LayerBudget.Exceeded exceeded -> exceeded.errno();
            default -> 0;
        };
    }

    private static String what(IOException e) {
        return e instanceof EOFException && e.getMessage() == null
                ? "its compressed data ends in the middle: whoever made the blob didn't write all of it"
                : e.getMessage();
    }

    @Override
    public boolean sourceAway() {
        return getCause() instanceof BlobSourceAway;
    }

    @Override
    public Observed.Failure failure() {
        return failure;
    }
}
