package io.gantry.kit.sample;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;

/** How often a fact had its effect. */
@Entity(name = "note")
public class Note {
    @Id public String id;
    public int times;
}
