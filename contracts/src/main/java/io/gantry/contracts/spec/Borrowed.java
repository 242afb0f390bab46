package io.gantry.contracts.spec;

import io.gantry.contracts.problem.BadField;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Another container, whose volumes and folders of the host a container has, too, at the same places: {@code db}, or {@code db:ro}.
 *
 * @param container by name or id
 */
public record Borrowed(String container, boolean readOnly) {
    private static final Pattern FORM = Pattern.compile("([a-zA-Z0-9][a-zA-Z0-9_.-]{0,127})(?::(ro|rw))?");
    private static final int MOST = 16;

    /** @throws BadField naming {@code volumesFrom} */
    public static Borrowed parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new BadField("volumesFrom", "volumesFrom is containers, each perhaps with :ro, got '" + text + "'", "write for example db, or db:ro");
        }
        return new Borrowed(form.group(1), "ro".equals(form.group(2)));
    }

    static List<String> checked(List<String> given) {
        List<String> all = Check.complete("volumesFrom", given);
        if (all.size() > MOST) {
            throw new BadField("volumesFrom", "volumesFrom names at most " + MOST + " containers, got " + all.size());
        }
        all.forEach(Borrowed::parse);
        return all;
    }

    /** The same of the container with this id. */
    public Borrowed of(String id) {
        return new Borrowed(id, readOnly);
    }

    @Override
    public String toString() {
        return container + (readOnly ? ":ro" : "");
    }
}
