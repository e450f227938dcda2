package io.sluice.siddhi.rdbms;

import io.siddhi.core.table.record.RecordIterator;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows that were read completely. Siddhi copies all rows at once anyway and never closes the iterator, so the connection must be back in its pool before
 * the first row is handed out.
 */
final class Rows implements RecordIterator<@Nullable Object[]> {

    private final Iterator<@Nullable Object[]> rows;

    Rows(List<@Nullable Object[]> rows) {
        this.rows = rows.iterator();
    }

    @Override
    public boolean hasNext() {
        return rows.hasNext();
    }

    @Override
    public @Nullable Object[] next() {
        return rows.next();
    }

    @Override
    public void close() {
        // nothing is open
    }
}
