package io.gantry.gateway.docker.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.view.ContainerSize;
import io.gantry.contracts.view.ContainerView;
import io.gantry.gateway.stream.ContainerFiles;
import io.vertx.core.Future;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What containers' files take, asked of their nodes when a client wants to know. */
@Singleton
class ContainerSizes {
    private final ContainerFiles files;

    @Inject
    ContainerSizes(ContainerFiles files) {
        this.files = files;
    }

    /** Without those that can't be asked: nowhere yet, gone by now, or on a node that isn't reached. */
    Future<Map<ContainerId, ContainerSize>> of(List<ContainerView> containers) {
        Map<ContainerId, ContainerSize> sizes = new ConcurrentHashMap<>();
        List<Future<Void>> asked = containers.stream()
                .filter(container -> container.node() != null)
                .map(container -> files.size(container).onSuccess(size -> sizes.put(container.id(), size)).<Void>mapEmpty().otherwiseEmpty())
                .toList();
        return Future.join(asked).map(sizes);
    }

    /** As Docker says it: all that is below it counts for the root, whoever else has it. @param size {@code null}: not known */
    static ObjectNode put(ObjectNode json, ContainerSize size) {
        return size == null ? json : json.put("SizeRw", size.written().value()).put("SizeRootFs", size.written().value() + size.image().value());
    }
}
