package io.gantry.agent.size;

import io.gantry.agent.plan.SizeKeeper;
import io.gantry.kernel.quota.ProjectQuotas;
import io.gantry.kernel.quota.QuotaGroups;
import io.gantry.kernel.quota.Subvolumes;
import io.gantry.kernel.syscall.LinuxHeader;
import io.gantry.kernel.syscall.LinuxSystemCalls;
import io.gantry.kernel.syscall.SystemCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;

/**
 * A folder that holds so much and no more. What keeps it so is chosen by its file system when it is made, and read from the folder itself afterwards: nothing
 * is remembered elsewhere that a crash could tear from it, and everything can be done again.
 *
 * @param place the folder, which exists
 * @param image a file outside of {@code place}, for the file system that it has of its own where nothing better is had
 */
public record SizedFolder(Path place, Path image) {
    private static final Turns TURNS = new Turns();
    private static final SystemCalls CALLS = new LinuxSystemCalls();
    private static final ProjectQuotas PROJECTS = new ProjectQuotas(CALLS);
    private static final Subvolumes SUBVOLUMES = new Subvolumes(CALLS);
    private static final QuotaGroups GROUPS = new QuotaGroups(CALLS);

    /** Projects of ours are above this, where people who number theirs by hand don't come; each by the inode of its folder. */
    private static final int FIRST_PROJECT = 0x40000000;

    /** A file that isn't empty takes as much. */
    private static final long BYTES_PER_FILE = 4096;

    /** What keeps it to a size, or would if it were given one now. */
    public SizeKeeper keeper() throws IOException {
        Optional<SizeKeeper> begun = begun();
        return begun.isPresent() ? begun.get() : offer().keeper();
    }

    /** Empty if it has no size yet. */
    public Optional<SizeKeeper> begun() throws IOException {
        if (Files.exists(image)) {
            return Optional.of(SizeKeeper.FILE);
        }
        if (SUBVOLUMES.is(place)) {
            return Optional.of(SizeKeeper.SUBVOLUME);
        }
        return hasProject() ? Optional.of(SizeKeeper.PROJECT) : Optional.empty();
    }

    private boolean hasProject() {
        int project = project(place);
        return project != 0 && project != project(place.getParent());
    }

    private static int project(Path folder) {
        return PROJECTS.project(folder.toString());
    }

    private FileSystemOffer offer() {
        Path ground = place.getParent();
        while (!Files.isDirectory(ground)) {
            ground = ground.getParent(); // it is asked for before it is made
        }
        return new FileSystemOffer(isBtrfs(ground), PROJECTS.state(ground.toString()), project(ground) != 0);
    }

    public static boolean isBtrfs(Path folder) {
        return CALLS.fileSystem(folder.toString()) == LinuxHeader.BTRFS_SUPER_MAGIC;
    }

    /**
     * Gives it the size; one that has one by {@link SizeKeeper#FILE} keeps it, and is mounted if it isn't. Two at a time wait for each other. 0 lifts it again where
     * that {@link SizeKeeper#bindsUs binds us}.
     */
    public void limit(SizeKeeper keeper, long bytes) throws IOException {
        TURNS.take(place, () -> {
            switch (keeper) {
                case FILE -> loop().limit(bytes);
                case PROJECT -> limitProject(bytes);
                case SUBVOLUME -> limitSubvolume(bytes);
            }
        });
    }

    private LoopFile loop() {
        return new LoopFile(place, image);
    }

    private void limitProject(long bytes) throws IOException {
        if (!hasProject()) {
            PROJECTS.assign(place.toString(), freeProject());
        }
        PROJECTS.limit(place.toString(), project(place), bytes, bytes / BYTES_PER_FILE);
    }

    private int freeProject() throws IOException {
        int first = (int) (((Number) Files.getAttribute(place, "unix:ino")).longValue() % FIRST_PROJECT);
        for (int next = 0; ; next++) {
            int project = FIRST_PROJECT + (first + next) % FIRST_PROJECT;
            if (PROJECTS.usage(place.toString(), project).files() == 0) {
                return project;
            }
        }
    }

    private void limitSubvolume(long bytes) throws IOException {
        GROUPS.count(place.getParent());
        if (!SUBVOLUMES.is(place)) {
            Set<PosixFilePermission> rights = Files.getPosixFilePermissions(place);
            Files.delete(place);
            SUBVOLUMES.make(place);
            Files.setPosixFilePermissions(place, rights);
        }
        GROUPS.limit(place, bytes);
    }

    /** Mounted again, if it is of a kind that is and the host has restarted. */
    public void ready() throws IOException {
        if (Files.exists(image)) {
            TURNS.take(place, loop()::mount);
        }
    }

    public void unmount() throws IOException {
        if (Files.exists(image)) {
            TURNS.take(place, loop()::unmount);
        }
    }

    /** Takes back what its file system keeps for it; with it goes its content, or what of that is left can be deleted. It isn't used afterwards. */
    public void letGo() throws IOException {
        Optional<SizeKeeper> begun = begun();
        if (begun.isEmpty()) {
            return;
        }
        switch (begun.get()) {
            case FILE -> unmount();
            case PROJECT -> PROJECTS.limit(place.toString(), project(place), 0, 0);
            case SUBVOLUME -> {
                SUBVOLUMES.destroy(place);
                GROUPS.forgetTheGone(place.getParent());
            }
        }
    }

    /** What an agent before this one was kept from: see {@link QuotaGroups#forgetTheGone}. */
    public static void forgetTheGone(Path anywhere) throws IOException {
        if (isBtrfs(anywhere)) {
            GROUPS.forgetTheGone(anywhere);
        }
    }
}
