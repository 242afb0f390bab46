package io.gantry.bench.answers;

/**
 * One request of a conversation.
 *
 * @param what in words, as the page of differences names it
 * @param path without a version; {@code {name}} stands for what an earlier answer was kept as
 * @param body {@code null} for none
 * @param keep the name under which the answer's {@code Id} is kept, or {@code null}
 */
record Exchange(String what, String method, String path, String body, String keep) {
    static Exchange of(String what, String method, String path) {
        return new Exchange(what, method, path, null, null);
    }

    static Exchange of(String what, String method, String path, String body) {
        return new Exchange(what, method, path, body, null);
    }

    Exchange keeping(String name) {
        return new Exchange(what, method, path, body, name);
    }
}
