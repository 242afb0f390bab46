/** Overlay file systems, made detached and handed on by descriptor. */
package io.gantry.kernel.overlay;
