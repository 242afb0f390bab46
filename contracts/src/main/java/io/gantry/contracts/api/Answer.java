package io.gantry.contracts.api;

import java.util.List;

/**
 * One way in which an operation answers well.
 *
 * @param bodies one for each form that can be asked for
 */
public record Answer(int status, String description, List<Body> bodies, List<Header> headers) {
    public record Header(String name, String description) {}

    public Answer {
        bodies = List.copyOf(bodies);
        headers = List.copyOf(headers);
    }
}
