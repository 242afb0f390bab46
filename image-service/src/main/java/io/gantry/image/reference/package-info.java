/** What people call images: references, tags, ids; and what they see of them. */
package io.gantry.image.reference;
