/** What every Siddhi extension of Sluice shares; usable in any Siddhi host, not only in the Sluice runner. */
@NullMarked
package io.sluice.siddhi.kit;

import org.jspecify.annotations.NullMarked;
