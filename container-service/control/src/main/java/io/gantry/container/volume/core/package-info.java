/** Which volumes a container asks for: pure. */
package io.gantry.container.volume.core;
