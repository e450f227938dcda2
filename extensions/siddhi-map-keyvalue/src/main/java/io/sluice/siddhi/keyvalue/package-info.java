/** The mapper {@code keyvalue}: events as maps of keys and values, both ways. */
@NullMarked
package io.sluice.siddhi.keyvalue;

import org.jspecify.annotations.NullMarked;
