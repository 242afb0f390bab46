/** Trees of files and what COPY does with them, without IO. */
package io.gantry.image.layer.core;
