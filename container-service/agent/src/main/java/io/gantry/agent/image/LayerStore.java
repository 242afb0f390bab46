package io.gantry.agent.image;

import io.gantry.contracts.spec.ResolvedImage;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** The layers of this host. Two containers, or two images, never store or fetch a layer twice. */
public interface LayerStore {
    /**
     * The image's layers, lowest first, each once though the image have it twice, fetched and unpacked if they aren't here. Fails with {@link LayerFailure}; a failed or
     * interrupted fetch leaves nothing that looks whole.
     */
    CompletionStage<List<Layer>> ensure(ResolvedImage image);
}
