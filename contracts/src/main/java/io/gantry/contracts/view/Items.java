package io.gantry.contracts.view;

import java.util.List;

/**
 * Any list in the API.
 *
 * @param next where the next page begins, for {@code ?cursor=}; {@code null} if there is none
 */
public record Items<T>(List<T> items, String next) {
    /** A whole list. */
    public Items(List<T> items) {
        this(items, null);
    }
}
