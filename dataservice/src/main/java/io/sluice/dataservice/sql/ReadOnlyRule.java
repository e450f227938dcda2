package io.sluice.dataservice.sql;

import java.util.Optional;
import java.util.Set;

/**
 * What a statement of a GET may not contain, wherever it stands. The database's own rights and its read-only transaction are the fence; this rule finds
 * mistakes at deploy time, and what H2 and MariaDB would run in spite of a read-only connection.
 */
public final class ReadOnlyRule {

    private static final Set<String> WORDS = Set.of(
            "INSERT",
            "UPDATE",
            "DELETE",
            "MERGE",
            "REPLACE",
            "INTO",
            "CALL",
            "EXEC",
            "EXECUTE",
            "DO",
            "CREATE",
            "ALTER",
            "DROP",
            "TRUNCATE",
            "GRANT",
            "REVOKE",
            "LOCK",
            "COPY",
            "LOAD",
            "SHUTDOWN",
            "BACKUP",
            "SCRIPT",
            "RUNSCRIPT",
            "NEXTVAL",
            "NEXTVAL(",
            "SETVAL(",
            "CSVWRITE(",
            "FILE_WRITE(",
            "LINK_SCHEMA(",
            "LO_IMPORT(",
            "LO_EXPORT(",
            "DBLINK_EXEC(",
            "PG_TERMINATE_BACKEND(",
            "PG_CANCEL_BACKEND(",
            "GET_LOCK(",
            "LOAD_FILE(",
            "FILE_READ(",
            "PG_READ_FILE(",
            "SLEEP(",
            "PG_SLEEP(",
            "QUERY_TO_XML(");

    private ReadOnlyRule() {}

    /** The first thing that may not be there. */
    public static Optional<String> broken(SqlText sql) {
        if (sql.kind() != SqlText.Kind.SELECT) {
            return Optional.of("is no SELECT. GET only reads; move it to post, put, patch or delete.");
        }
        for (int i = 0; i < sql.words().size(); i++) {
            String word = sql.words().get(i);
            boolean sequence = word.equals("NEXT")
                    && i + 1 < sql.words().size()
                    && sql.words().get(i + 1).equals("VALUE");
            if (sequence || WORDS.contains(word)) {
                return Optional.of("contains " + word.replace("(", "")
                        + ", which may change or hold something. GET only reads; quote it if it is a name.");
            }
        }
        return Optional.empty();
    }
}
