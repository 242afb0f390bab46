package io.gantry.agent.execute;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * The folders of a container to be, made with its slot: where folders are spread over the disk, see {@link ContainerFolders#make}, the kernel looks
 * through all of the disk for each, and renaming one takes a fraction of that. What a container doesn't need stays for the slot's next.
 *
 * @param container becomes its folder, with those of its writable layer, and {@code sockets} the one of its sockets
 */
record SpareFolders(Path container, Path sockets) {
    /** Nothing for those that are there. */
    void make() {
        Trees.makeFolder(container.resolve("layer"));
        ofOverlay().forEach(Trees::makeOpenFolder);
        Trees.makeFolder(sockets);
    }

    /**
     * Whichever isn't there, of the container's two.
     *
     * @param sized its layer has a size, which holds for what is made in it from then on
     */
    void become(Path itsContainer, Path itsSockets, boolean sized) {
        if (sized) {
            ofOverlay().forEach(Trees::delete);
        }
        move(container, itsContainer);
        move(sockets, itsSockets);
    }

    private List<Path> ofOverlay() {
        return List.of(container.resolve("layer/upper"), container.resolve("layer/work"));
    }

    private static void move(Path spare, Path place) {
        try {
            if (!Files.exists(place)) {
                Files.move(spare, place, StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (NoSuchFileException | AtomicMoveNotSupportedException e) { // somebody has taken it away, or it lies on another disk
            Trees.makeFolder(place);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
