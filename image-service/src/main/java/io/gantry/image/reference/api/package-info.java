/** Images over REST. */
package io.gantry.image.reference.api;
