/** What there is, as one look sees it. */
package io.gantry.image.collect.store;
