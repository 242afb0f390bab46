/**
 * Writes a layer as an EROFS image: uncompressed, in one pass, the same bytes for the same tar (Documentation/filesystems/erofs.rst and
 * fs/erofs/erofs_fs.h of Linux). Nobody else's image is ever mounted: a tar is read by us, and the kernel sees only what is written here.
 */
package io.gantry.agent.image.erofs;
