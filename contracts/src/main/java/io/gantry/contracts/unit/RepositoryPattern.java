package io.gantry.contracts.unit;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.BitSet;
import java.util.regex.Pattern;

/**
 * Which repositories are meant: {@code shop/web} is one, {@code shop/*} all directly below, {@code shop/**} all below however deep, {@code **} all there are.
 * One star stands for anything within a part of a name, two for anything.
 */
public record RepositoryPattern(@JsonValue String text) {
    private static final int LONGEST = 255;
    private static final Pattern FORM = Pattern.compile("[a-zA-Z0-9._:/*-]+");

    @JsonCreator
    public RepositoryPattern {
        if (text == null || text.length() > LONGEST || !FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("'" + text + "' names no repositories: letters, digits, . _ - : / and stars, at most " + LONGEST + "; write for example shop/*, or ** for all");
        }
    }

    /** Goes once over the pattern, so that none takes long; {@code at} has the places of the name up to which it matched so far. */
    public boolean matches(String repository) {
        BitSet at = new BitSet();
        at.set(0);
        for (int i = 0; i < text.length() && !at.isEmpty(); i++) {
            boolean star = text.charAt(i) == '*';
            boolean deep = star && text.startsWith("**", i);
            at = star ? behindStar(at, repository, deep) : behind(at, repository, text.charAt(i));
            i += deep ? 1 : 0;
        }
        return at.get(repository.length());
    }

    private static BitSet behind(BitSet at, String name, char wanted) {
        BitSet next = new BitSet();
        at.stream().filter(place -> place < name.length() && name.charAt(place) == wanted).forEach(place -> next.set(place + 1));
        return next;
    }

    private static BitSet behindStar(BitSet at, String name, boolean deep) {
        BitSet next = new BitSet();
        boolean going = false;
        for (int place = 0; place <= name.length(); place++) {
            going = at.get(place) || going && (deep || name.charAt(place - 1) != '/');
            next.set(place, going);
        }
        return next;
    }

    @Override
    public String toString() {
        return text;
    }
}
