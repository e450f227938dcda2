package io.sluice.cli;

import io.sluice.common.Secret;
import io.sluice.runner.DataSourceConfig;
import java.nio.file.Path;
import java.util.Map;

/** The database of {@code sluice up}: H2, inside the process, in files below home. */
final class EmbeddedDatabase {

    /** What apps call it: {@code @store(type='rdbms', datasource='default')}. */
    static final String NAME = "default";

    /** H2 reserves these words, which other databases take as names of columns and apps use. */
    private static final String ORDINARY_WORDS =
            "VALUE,VALUES,KEY,USER,YEAR,MONTH,DAY,HOUR,MINUTE,SECOND,INTERVAL,OFFSET,ROW,END";

    private static final int CONNECTIONS = 10;

    private EmbeddedDatabase() {}

    /** Its pool. What is committed is in the files at once, also when the process is killed. The files are opened with the first connection and closed with the last. */
    static DataSourceConfig below(Path home) {
        String file = home.resolve("h2").resolve("sluice").toString();
        String url =
                "jdbc:h2:file:" + file + ";NON_KEYWORDS=" + ORDINARY_WORDS + ";DB_CLOSE_ON_EXIT=FALSE;WRITE_DELAY=0";
        return new DataSourceConfig(url, "sa", new Secret(""), CONNECTIONS, null, Map.of());
    }
}
