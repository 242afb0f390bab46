/** The images we heard of: our own projection of image-service's facts. */
package io.gantry.scheduler.image.store;
