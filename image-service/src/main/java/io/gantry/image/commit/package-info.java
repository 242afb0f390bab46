/** Containers as images: what one changed becomes a layer on its image. */
package io.gantry.image.commit;
