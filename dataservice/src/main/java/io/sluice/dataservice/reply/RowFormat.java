package io.sluice.dataservice.reply;

import io.sluice.common.Problem;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Writes rows in one media type. Used by one thread. */
public interface RowFormat {

    /** Writes the row that the result stands at. */
    void row(ResultSet rows) throws SQLException, IOException;

    /**
     * Writes what comes behind the last row and flushes.
     *
     * @param next the address of the next page, or null on the last
     */
    void end(@Nullable String next) throws IOException;

    /**
     * Tells the reader, in the body, that the rest is missing.
     *
     * @return false if the media type has no way to; the connection must then be cut
     */
    boolean broken(Problem problem) throws IOException;
}
