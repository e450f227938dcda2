package io.sluice.siddhi.rdbms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.siddhi.core.SiddhiAppRuntime;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class QueryProcessorTest extends FunctionContract {

    private static final String QUERY =
            "rdbms:query('DS', 'found string, twice long', 'SELECT name, id * 2 FROM Stock WHERE id >= ? ORDER BY id', id)";

    @Override
    String call() {
        return QUERY;
    }

    @Test
    void givesOneEventPerRowAndNoneForNothing() throws Exception {
        execute("INSERT INTO Stock VALUES (1, 'a'), (2, 'b')");
        SiddhiAppRuntime runtime = started("from In#" + QUERY + " select id, found, twice insert into Out;");

        send(runtime, 1L, "x");
        send(runtime, 9L, "x");

        assertThat(out).containsExactly(List.of(1L, "a", 2L), List.of(1L, "b", 4L));
    }

    @Test
    void goesOnWithNullsWhereAsked() {
        SiddhiAppRuntime runtime = started(
                "from In#" + QUERY.replace(", id)", ", id, true)") + " select id, found, twice insert into Out;");

        send(runtime, 9L, "x");

        assertThat(out).containsExactly(Arrays.asList(9L, null, null));
    }

    @Test
    void bindsWhatLooksLikeAStatement() throws Exception {
        execute("INSERT INTO Stock VALUES (1, 'a')");
        SiddhiAppRuntime runtime =
                started("from In#rdbms:query('DS', 'found string', 'SELECT name FROM Stock WHERE name = ?', name)"
                        + " select found insert into Out;");

        send(runtime, 1L, "' OR '1'='1");
        send(runtime, 1L, "a");

        assertThat(out).containsExactly(List.of("a"));
    }

    @Test
    void refusesAnUnknownType() {
        assertThatThrownBy(() ->
                        started("from In#rdbms:query('DS', 'found text', 'SELECT 1') select found insert into Out;"))
                .hasMessageContaining("'text'")
                .hasMessageContaining("bool, double");
    }
}
