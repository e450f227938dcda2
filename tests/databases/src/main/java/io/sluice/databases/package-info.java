/** Real database servers for tests, from binaries that Maven packages ship. */
@NullMarked
package io.sluice.databases;

import org.jspecify.annotations.NullMarked;
