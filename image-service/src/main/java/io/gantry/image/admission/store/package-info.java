/** Rules and waivers, and what they say of the images that are here. */
package io.gantry.image.admission.store;
