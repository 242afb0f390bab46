package io.gantry.contracts.view;

import java.util.List;

/** Any list in the API. */
public record Items<T>(List<T> items) {}
