package io.gantry.image.admission.store;

/** Rules, waivers or what speaks of images is otherwise: verdicts may be, too. Fired within the process once it is committed. */
public record RulesMoved() {}
