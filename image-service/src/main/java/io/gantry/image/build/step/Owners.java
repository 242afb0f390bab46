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
    /** The last one of 32 bits means nobody to chown(2). */
    private static final long MOST = 0xffff_fffeL;

    private final LayerTrees trees;

    Owners(LayerTrees trees) {
        this.trees = trees;
    }

    /** @throws DockerfileRefusal if {@code below} has no such user or group */
    CopyPlan.Owner of(String text, FileTree below, Position at) throws IOException {
        String[] parts = text.split(":", 2);
        String user = parts[0];
        if (user.matches("\\d+")) {
            long uid = id(user, "", at);
            return new CopyPlan.Owner(uid, parts.length == 2 ? group(parts[1], below, at) : uid);
        }
        String[] entry = line("etc/passwd", user, below)
                .orElseThrow(() -> new DockerfileRefusal(at, "the image has no user '" + user + "'", "create it in a RUN before, or give a number"));
        String whose = " of user " + user + " in the image's /etc/passwd";
        long gid = parts.length == 2 ? group(parts[1], below, at) : id(entry[3], whose, at);
        return new CopyPlan.Owner(id(entry[2], whose, at), gid);
    }

    private long group(String text, FileTree below, Position at) throws IOException {
        if (text.matches("\\d+")) {
            return id(text, "", at);
        }
        String[] entry = line("etc/group", text, below)
                .orElseThrow(() -> new DockerfileRefusal(at, "the image has no group '" + text + "'", "create it in a RUN before, or give a number"));
        return id(entry[2], " of group " + text + " in the image's /etc/group", at);
    }

    /** @param whose for whoever reads that it is none */
    private static long id(String text, String whose, Position at) {
        if (text.matches("\\d{1,10}") && Long.parseLong(text) <= MOST) {
            return Long.parseLong(text);
        }
        throw new DockerfileRefusal(at, "'" + text + "', the id" + whose + ", is no number from 0 to " + MOST, "give user and group as numbers, as 1000:1000");
    }

    private Optional<String[]> line(String file, String name, FileTree below) throws IOException {
        return trees.text(below, file)
                .flatMap(text -> text.lines().map(line -> line.split(":")).filter(l -> l.length > 3 - (file.endsWith("group") ? 1 : 0) && l[0].equals(name)).findFirst());
    }
}
