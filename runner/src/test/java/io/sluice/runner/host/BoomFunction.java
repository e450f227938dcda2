package io.sluice.runner.host;

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

/** Throws an exception whenever its argument is 13, and an error whenever it is 66. */
@Extension(
        namespace = "test",
        name = "boom",
        description = "for tests",
        returnAttributes = @ReturnAttribute(type = DataType.LONG, description = "the argument"),
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
        if (Long.valueOf(13).equals(data)) {
            throw new IllegalArgumentException("boom");
        }
        if (Long.valueOf(66).equals(data)) {
            throw new NoClassDefFoundError("gone");
        }
        return data;
    }

    @Override
    public Attribute.Type getReturnType() {
        return Attribute.Type.LONG;
    }
}
