package io.gantry.image.build.step;

import io.gantry.image.build.core.DockerfileRefusal;
import io.gantry.image.build.core.Position;
import io.gantry.image.layer.core.CopyPlan;
import io.gantry.image.layer.core.FileTree;
import io.gantry.image.layer.tar.LayerTrees;
import java.io.IOException;
import java.util.Optional;

/** What {@code app}, {@code app:web} or {@code 1000:1000} means in an image; a user by number alone has the group of that number, one by name that of {@code /etc/passwd}. */
final class Owners {
    private final LayerTrees trees;

    Owners(LayerTrees trees) {
        this.trees = trees;
    }

    /** @throws DockerfileRefusal if {@code below} has no such user or group */
    CopyPlan.Owner of(String text, FileTree below, Position at) throws IOException {
        String[] parts = text.split(":", 2);
        String user = parts[0];
        if (user.matches("\\d{1,10}")) {
            long uid = Long.parseLong(user);
            return new CopyPlan.Owner(uid, parts.length == 2 ? group(parts[1], below, at) : uid);
        }
        String[] entry = line("etc/passwd", user, below)
                .orElseThrow(() -> new DockerfileRefusal(at, "the image has no user '" + user + "'", "create it in a RUN before, or give a number"));
        long gid = parts.length == 2 ? group(parts[1], below, at) : Long.parseLong(entry[3]);
        return new CopyPlan.Owner(Long.parseLong(entry[2]), gid);
    }

    private long group(String text, FileTree below, Position at) throws IOException {
        if (text.matches("\\d{1,10}")) {
            return Long.parseLong(text);
        }
        return Long.parseLong(line("etc/group", text, below)
                .orElseThrow(() -> new DockerfileRefusal(at, "the image has no group '" + text + "'", "create it in a RUN before, or give a number"))[2]);
    }

    private Optional<String[]> line(String file, String name, FileTree below) throws IOException {
        return trees.text(below, file)
                .flatMap(text -> text.lines().map(line -> line.split(":")).filter(l -> l.length > 3 - (file.endsWith("group") ? 1 : 0) && l[0].equals(name)).findFirst());
    }
}
