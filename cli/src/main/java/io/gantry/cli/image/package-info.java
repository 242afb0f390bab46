/** Commands about images and builds. */
package io.gantry.cli.image;
