/** What sharing of blobs saves: on our disk, and on the wire. */
package io.gantry.image.sharing;
