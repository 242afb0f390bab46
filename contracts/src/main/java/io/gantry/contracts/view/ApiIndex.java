package io.gantry.contracts.view;

import io.gantry.contracts.api.Always;
import java.util.List;

/** What there is. */
public record ApiIndex(@Always List<String> resources) {}
