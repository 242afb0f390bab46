/** What makes a program one of our services. Small on purpose: a service's own words live in the service. */
package io.gantry.kit;
