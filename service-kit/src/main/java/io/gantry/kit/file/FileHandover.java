package io.gantry.kit.file;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/**
 * A part of a file that a service would answer with, named instead: the gateway sends it, by the kernel from the disk to the client. In between it would be copied through
 * a connection of their own. What nginx knows as X-Accel-Redirect.
 *
 * @param offset of its first byte
 * @param length in bytes, at least 1
 */
public record FileHandover(Path file, long offset, long length) {
    /** Of the gateway's request: it sees the service's files. */
    public static final String TAKES = "X-Gantry-Takes-Files";
    /** Of the answer, whose own body is empty. */
    public static final String NAMES = "X-Gantry-File";
    private static final Logger LOG = Logger.getLogger(FileHandover.class);
    private static final Pattern FORM = Pattern.compile("(\\d{1,18}) (\\d{1,18}) (/.+)");

    /** {@code offset length path} */
    @Override
    public String toString() {
        return offset + " " + length + " " + file;
    }

    /** @param header may be {@code null}; empty for anything but what {@link #toString} makes */
    public static Optional<FileHandover> parse(String header) {
        Matcher form = FORM.matcher(header == null ? "" : header);
        return form.matches() ? Optional.of(new FileHandover(Path.of(form.group(3)), Long.parseLong(form.group(1)), Long.parseLong(form.group(2)))) : Optional.empty();
    }

    /**
     * Answers with it, the status and the other headers being set. A file that has gone since it was named is 404, and a connection that breaks off if it is cut short
     * meanwhile: what ended early never looks complete.
     */
    public void sendTo(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        response.putHeader("Content-Length", Long.toString(length)).sendFile(file.toString(), offset, length).onFailure(e -> {
            LOG.debugf("sending %s ended early: %s", file, e.getMessage());
            if (response.headWritten()) {
                request.connection().close();
            } else if (!response.ended() && !response.closed()) {
                response.headers().clear();
                response.setStatusCode(404).end();
            }
        });
    }
}
