/** One owner thread per Siddhi app: it feeds events, advances time and keeps the positions of the sources. */
@NullMarked
package io.sluice.runner.host;

import org.jspecify.annotations.NullMarked;
