package io.gantry.agent.stream;

import io.gantry.agent.execute.ContainerFolders;
import io.gantry.agent.image.LayerDiff;
import io.gantry.agent.log.FolderWatch;
import io.gantry.agent.log.LogQuery;
import io.gantry.agent.log.LogReader;
import io.gantry.contracts.id.ContainerId;
import java.io.IOException;
import java.io.OutputStream;

/** What containers left on disk that streams carry. */
public final class ContainerFiles {
    private final ContainerFolders folders;
    private final FolderWatch watch;

    public ContainerFiles(ContainerFolders folders, FolderWatch watch) {
        this.folders = folders;
        this.watch = watch;
    }

    LogReader log(ContainerId id, LogQuery query) throws IOException {
        return LogReader.open(folders.container(id), query, watch);
    }

    void layer(ContainerId id, OutputStream to) throws IOException {
        LayerDiff.write(folders.upper(id), to);
    }
}
