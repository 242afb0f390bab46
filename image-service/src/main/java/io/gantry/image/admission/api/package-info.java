/** Rules, waivers and checks over REST. */
package io.gantry.image.admission.api;
