/** SQL of the authors, checked and bound: statements, types, filters, sort keys, cursors. */
@NullMarked
package io.sluice.dataservice.sql;

import org.jspecify.annotations.NullMarked;
