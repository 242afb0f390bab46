/** REST for volumes. */
package io.gantry.container.volume.api;
