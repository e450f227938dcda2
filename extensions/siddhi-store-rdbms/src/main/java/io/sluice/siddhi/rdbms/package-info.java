/** Siddhi tables and stream functions on relational databases, over JDBC. */
@NullMarked
package io.sluice.siddhi.rdbms;

import org.jspecify.annotations.NullMarked;
