package io.gantry.agent.image;

import io.gantry.kernel.files.TreeReader.Kind;
import io.gantry.kernel.files.TreeWriter;
import io.gantry.kernel.files.TreeWriter.Meta;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** A layer's tree as files in a folder. */
record FolderTree(TreeWriter files) implements LayerTree {
    @Override
    public Optional<Kind> kind(String path) throws IOException {
        return files.kind(path);
    }

    @Override
    public String target(String path) throws IOException {
        return files.target(path);
    }

    @Override
    public void folder(String path, Meta meta) throws IOException {
        files.folder(path, meta);
    }

    @Override
    public void file(String path, Meta meta, InputStream content) throws IOException {
        files.file(path, meta, content);
    }

    @Override
    public void link(String path, String target, Meta meta) throws IOException {
        files.link(path, target, meta);
    }

    @Override
    public void hardLink(String path, String target) throws IOException {
        files.hardLink(path, target);
    }

    @Override
    public void node(String path, int type, int major, int minor, Meta meta) throws IOException {
        files.node(path, type, major, minor, meta);
    }

    @Override
    public void whiteout(String path) throws IOException {
        files.whiteout(path);
    }

    @Override
    public void opaque(String path) throws IOException {
        files.opaque(path);
    }

    @Override
    public void time(String path, Meta meta) throws IOException {
        files.time(path, meta);
    }
}
