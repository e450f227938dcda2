package io.sluice.siddhi.rdbms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.siddhi.core.SiddhiAppRuntime;
import io.siddhi.core.event.Event;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CudProcessorTest extends FunctionContract {

    private static final String INSERT = "rdbms:cud('DS', 'INSERT INTO Stock (id, name) VALUES (?, ?)', id, name)";

    @Override
    String call() {
        return INSERT;
    }

    @Test
    void isOffUnlessTheDeploymentSwitchesItOn() {
        assertThatThrownBy(() -> build(Map.of(), "from In#" + INSERT + " select id insert into Out;"))
                .hasMessageContaining("perform.CUD.operations");
    }

    @Test
    void bindsWhatLooksLikeAStatement() throws Exception {
        SiddhiAppRuntime runtime = started("from In#" + INSERT + " select id, numRecords insert into Out;");

        send(runtime, 1L, "'); DROP TABLE Stock; --");

        assertThat(out).containsExactly(List.of(1L, 1));
        assertThat(names()).containsExactly("'); DROP TABLE Stock; --");
    }

    @Test
    void writesAChunkInOneTransaction() throws Exception {
        SiddhiAppRuntime runtime = started("from In#" + INSERT + " select id insert into Out;");

        runtime.getInputHandler("In").send(new Event[] {
            new Event(1, new Object[] {1L, "a"}),
            new Event(1, new Object[] {2L, "b"}),
            new Event(1, new Object[] {1L, "c"})
        });

        assertThat(names()).isEmpty();
        assertThat(errors.events()).isNotEmpty();
    }

    @Test
    void takesTheStatementFromTheEvent() throws Exception {
        SiddhiAppRuntime runtime = started("from Text#rdbms:cud('DS', sql) select numRecords insert into Out;");

        send(runtime, "INSERT INTO Stock VALUES (1, 'a'), (2, 'b')");
        send(runtime, "drop table Stock");
        send(runtime, "UPDATE Stock SET name = 'c'");

        assertThat(out).containsExactly(List.of(2), List.of(2));
        assertThat(errors.events()).hasSize(1);
        assertThat(names()).containsExactly("c", "c");
    }

    @ParameterizedTest
    @ValueSource(strings = {"DROP TABLE Stock", "alter table Stock add x int", "DELETE FROM Stock; Drop Table Stock"})
    void refusesWhatChangesTables(String statement) {
        assertThatThrownBy(() -> started("from In#rdbms:cud('DS', '" + statement + "') select id insert into Out;"))
                .hasMessageContaining("DROP or ALTER");
    }

    @Test
    void refusesNullUnlessTheDeploymentAllowsIt() throws Exception {
        send(started("from In#" + INSERT + " select id insert into Out;"), 1L, null);
        assertThat(errors.events()).hasSize(1);

        SiddhiAppRuntime allowing = build(
                Map.of("rdbms.cud.perform.CUD.operations", "true", "rdbms.cud.allow.null.params.with.CUD", "true"),
                "from In#" + INSERT + " select id insert into Out;");
        allowing.start();
        send(allowing, 2L, null);
        assertThat(names()).containsExactly((String) null);
    }

    @Test
    void sharesATransactionUntilItIsCommittedOrRolledBack() throws Exception {
        SiddhiAppRuntime runtime = started(
                "from In[name != 'commit' and name != 'rollback']"
                        + "#rdbms:cud('DS', 'INSERT INTO Stock (id, name) VALUES (?, ?)', id, name, 'tx') select id insert into Out;",
                "from In[name == 'commit']#rdbms:cud('DS', 'commit', 'tx') select id insert into Out;",
                "from In[name == 'rollback']#rdbms:cud('DS', 'rollback', 'tx') select id insert into Out;");

        send(runtime, 1L, "a");
        send(runtime, 2L, "b");
        assertThat(names()).isEmpty();
        send(runtime, 0L, "commit");
        assertThat(names()).containsExactly("a", "b");

        send(runtime, 3L, "c");
        send(runtime, 0L, "rollback");
        send(runtime, 4L, "d");
        runtime.shutdown(); // rolls back what is open

        assertThat(names()).containsExactly("a", "b");
    }
}
