package io.sluice.siddhi.rdbms;

import io.siddhi.annotation.Example;
import io.siddhi.annotation.Extension;
import io.siddhi.annotation.Parameter;
import io.siddhi.annotation.ReturnAttribute;
import io.siddhi.annotation.util.DataType;
import io.siddhi.core.config.SiddhiQueryContext;
import io.siddhi.core.executor.ExpressionExecutor;
import io.siddhi.core.executor.function.FunctionExecutor;
import io.siddhi.core.util.config.ConfigReader;
import io.siddhi.core.util.snapshot.state.State;
import io.siddhi.core.util.snapshot.state.StateFactory;
import io.siddhi.query.api.definition.Attribute;

/** {@code str:contains}, which siddhi-execution-string has. */
@Extension(
        name = "contains",
        namespace = "str",
        description = "Whether a text is in another.",
        parameters = {
            @Parameter(name = "input.string", description = "Where.", type = DataType.STRING, dynamic = true),
            @Parameter(name = "search.string", description = "What.", type = DataType.STRING, dynamic = true)
        },
        returnAttributes = @ReturnAttribute(description = "Whether it is.", type = DataType.BOOL),
        examples = @Example(syntax = "str:contains('abc', 'b')", description = "True."))
public final class ContainsFunction extends FunctionExecutor<State> {

    @Override
    protected StateFactory<State> init(ExpressionExecutor[] arguments, ConfigReader system, SiddhiQueryContext query) {
        return null;
    }

    @Override
    protected Object execute(Object[] arguments, State state) {
        return String.valueOf(arguments[0]).contains(String.valueOf(arguments[1]));
    }

    @Override
    protected Object execute(Object argument, State state) {
        throw new UnsupportedOperationException("two arguments");
    }

    @Override
    public Attribute.Type getReturnType() {
        return Attribute.Type.BOOL;
    }
}
