/** Layers and contexts as tar streams. */
package io.gantry.image.layer.tar;
