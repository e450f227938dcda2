package io.sluice.siddhi.http;

import io.siddhi.annotation.Example;
import io.siddhi.annotation.Extension;
import io.siddhi.annotation.ReturnAttribute;
import io.siddhi.annotation.util.DataType;
import io.siddhi.core.config.SiddhiQueryContext;
import io.siddhi.core.executor.ExpressionExecutor;
import io.siddhi.core.executor.function.FunctionExecutor;
import io.siddhi.core.util.config.ConfigReader;
import io.siddhi.core.util.snapshot.state.State;
import io.siddhi.core.util.snapshot.state.StateFactory;
import io.siddhi.query.api.definition.Attribute;

/** Throws whenever its argument is "bad". */
@Extension(
        namespace = "test",
        name = "boom",
        description = "for tests",
        returnAttributes = @ReturnAttribute(type = DataType.STRING, description = "the argument"),
        examples = @Example(syntax = "test:boom(x)", description = "for tests"))
public final class BoomFunction extends FunctionExecutor<State> {

    @Override
    protected StateFactory<State> init(
            ExpressionExecutor[] arguments, ConfigReader config, SiddhiQueryContext context) {
        return null;
    }

    @Override
    protected Object execute(Object[] data, State state) {
        return execute(data[0], state);
    }

    @Override
    protected Object execute(Object data, State state) {
        if ("bad".equals(data)) {
            throw new IllegalArgumentException("boom");
        }
        return data;
    }

    @Override
    public Attribute.Type getReturnType() {
        return Attribute.Type.STRING;
    }
}
