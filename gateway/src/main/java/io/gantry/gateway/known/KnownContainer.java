package io.gantry.gateway.known;

import io.gantry.contracts.view.ContainerView;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A container as container-service told it, with what was made of that. When something of it changes, another takes its place. */
public final class KnownContainer {
    /** As many as there are kinds of versions of an API; what is beyond is made again. */
    private static final int MOST_FORMS = 4;
    private final ContainerView view;
    private final String version;
    private final Buffer json;
    private final Map<Form<?>, Object> made = new ConcurrentHashMap<>(1);

    /** What can be made of a container, the same each time. It is known by being the same object, so that looking it up takes no time. */
    public interface Form<T> {
        T of(ContainerView view);
    }

    /**
     * @param version of what was asked of it
     * @param json as it came
     */
    KnownContainer(ContainerView view, String version, Buffer json) {
        this.view = view;
        this.version = version;
        this.json = json;
    }

    public ContainerView view() {
        return view;
    }

    /** As an {@code ETag} has it between its quotation marks. */
    public String version() {
        return version;
    }

    /** Letter by letter as container-service tells it; not to be changed. */
    public Buffer json() {
        return json;
    }

    /** Made at the first asking. */
    @SuppressWarnings("unchecked")
    public <T> T as(Form<T> form) {
        Object known = made.get(form);
        if (known == null) {
            if (made.size() >= MOST_FORMS) {
                made.clear();
            }
            known = form.of(view);
            made.put(form, known);
        }
        return (T) known;
    }
}
