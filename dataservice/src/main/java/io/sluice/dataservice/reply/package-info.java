/** Rows on their way to a client: JSON, NDJSON and CSV, written with back-pressure. */
@NullMarked
package io.sluice.dataservice.reply;

import org.jspecify.annotations.NullMarked;
