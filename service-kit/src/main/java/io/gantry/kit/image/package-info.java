/** What services that make something of images know of the rules for them. */
package io.gantry.kit.image;
