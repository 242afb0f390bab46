package io.gantry.contracts.view;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.gantry.contracts.api.Always;
import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.unit.ImageRef;

/**
 * Body of {@code POST /pulls}, {@code /pushes} and {@code /registries/look}.
 *
 * @param reference the image; its name says the registry
 * @param credentials for that registry; may be {@code null}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TransferRequest(@Always ImageRef reference, RegistryCredentials credentials) {
    public TransferRequest {
        if (reference == null) {
            throw new BadField("reference", "reference is missing: which image", "write for example registry.example.com/shop/web:1.2");
        }
    }
}
