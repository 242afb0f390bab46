/** How a build is carried out: instruction by instruction, on a thread that may wait. */
package io.gantry.image.build.step;
