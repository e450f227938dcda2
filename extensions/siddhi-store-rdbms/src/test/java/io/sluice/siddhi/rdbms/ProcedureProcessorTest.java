package io.sluice.siddhi.rdbms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.siddhi.core.SiddhiAppRuntime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** On H2, whose function calls look like Oracle's; the cursor of Oracle is not tested. */
class ProcedureProcessorTest extends FunctionContract {

    private static final String CALL = "rdbms:procedure('DS', 'root double', '{? = call CUBE_ROOT(?)}', 'double', id)";

    @Override
    String call() {
        return CALL;
    }

    @Test
    void addsWhatTheFunctionReturns() {
        SiddhiAppRuntime runtime = started("from In#" + CALL + " select id, root insert into Out;");

        send(runtime, 27L, "x");

        assertThat(out).containsExactly(List.of(27L, 3.0));
    }

    @Test
    void isForOracleOnly() {
        assertThatThrownBy(() -> build(Map.of(), "from In#" + CALL + " select id insert into Out;"))
                .hasMessageContaining("Oracle only");
    }
}
