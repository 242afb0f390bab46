package io.gantry.e2e.clients;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Cases of an unmodified client, which stand on the page: all tests of an interface, or one. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
public @interface Client {
    /** No client, but what one is told isn't here. */
    String REFUSED = "Refused by name";

    /** Its name. */
    String value();
}
