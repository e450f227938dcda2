/** Carries existing {@code .dbs} files over to service files. */
@NullMarked
package io.sluice.dataservice.dbs;

import org.jspecify.annotations.NullMarked;
