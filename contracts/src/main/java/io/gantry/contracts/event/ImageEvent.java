package io.gantry.contracts.event;

import io.gantry.contracts.spec.ImageVerdict;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import java.util.List;

/** Images and tags, from image-service, where nothing else is said. The subject is the repository, so that one repository's tags move in order. */
public sealed interface ImageEvent extends Event {
    ImageRef reference();

    @Override
    default String subject() {
        return reference().repository();
    }

    /** A manifest was stored, by push or build. Sent before any tag that points to it. {@code reference} has its digest. */
    record Stored(ImageRef reference, ResolvedImage image) implements ImageEvent {}

    /** A tag points to a manifest from now on. {@code previous} is {@code null} for a new tag. */
    record Tagged(ImageRef reference, ResolvedImage image, Digest previous) implements ImageEvent {}

    record Untagged(ImageRef reference, Digest manifest) implements ImageEvent {}

    /** The manifest is gone. */
    record Deleted(ImageRef reference, Digest manifest) implements ImageEvent {}

    /** It was looked at by the rules that are for its repository: all that they say of it now. */
    record Judged(ImageRef reference, Digest manifest, List<ImageVerdict> verdicts) implements ImageEvent {
        public Judged {
            verdicts = List.copyOf(verdicts);
        }
    }

    /** Told for those who look on: no service does anything because of it. */
    sealed interface News extends ImageEvent {}

    /** Somebody asked for it to be pulled, and it is there now, or was there before. */
    record Pulled(ImageRef reference) implements News {}

    /** It was sent to the registry that its name says. */
    record Pushed(ImageRef reference) implements News {}

    /** It came out of an archive, in which it had this name; without one, {@code reference} has its digest. */
    record Loaded(ImageRef reference, Digest manifest) implements News {}

    /** It was written into an archive. */
    record Saved(ImageRef reference, Digest manifest) implements News {}

    /** It was made of a file system that somebody sent. */
    record Imported(ImageRef reference, Digest manifest) implements News {}
}
