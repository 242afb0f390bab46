/** What builds hear of their containers, and of nodes. */
package io.gantry.image.build.stream;
