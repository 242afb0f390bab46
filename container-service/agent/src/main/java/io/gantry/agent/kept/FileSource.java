package io.gantry.agent.kept;

import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.link.KeptFiles;
import java.util.concurrent.CompletionStage;

/** Where the contents of secrets and configs come from. */
public interface FileSource {
    /** All that the container's spec names, as they are now. Fails with {@link FilesFailure}. */
    CompletionStage<KeptFiles> fetch(ContainerId id);
}
