package io.sluice.runner.host;

import io.siddhi.annotation.Example;
import io.siddhi.annotation.Extension;
import io.siddhi.core.table.record.AbstractRecordTable;
import io.siddhi.core.table.record.ExpressionBuilder;
import io.siddhi.core.table.record.RecordIterator;
import io.siddhi.core.util.collection.operator.CompiledCondition;
import io.siddhi.core.util.collection.operator.CompiledExpression;
import io.siddhi.core.util.config.ConfigReader;
import io.siddhi.query.api.definition.TableDefinition;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;

/** A table that inserts a row only when the test lets it through, and throws where the test lets "fail" through. Siddhi gives tables no attributes. */
@Extension(
        namespace = "store",
        name = "turnstile",
        description = "for tests",
        examples = @Example(syntax = "@store(type='turnstile')", description = "for tests"))
public final class TurnstileTable extends AbstractRecordTable {

    static final BlockingQueue<String> TURNS = new LinkedBlockingQueue<>();
    static final List<Object> ROWS = new CopyOnWriteArrayList<>();

    @Override
    protected void init(TableDefinition table, ConfigReader system) {
        // nothing to prepare
    }

    @Override
    protected void add(List<Object[]> rows) {
        try {
            if (TURNS.take().equals("fail")) {
                throw new IllegalStateException("no such luck");
            }
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
        rows.forEach(row -> ROWS.add(row[0]));
    }

    @Override
    protected RecordIterator<Object[]> find(Map<String, Object> parameters, CompiledCondition condition) {
        throw new UnsupportedOperationException("only inserts");
    }

    @Override
    protected boolean contains(Map<String, Object> parameters, CompiledCondition condition) {
        throw new UnsupportedOperationException("only inserts");
    }

    @Override
    protected void delete(List<Map<String, Object>> parameters, CompiledCondition condition) {
        throw new UnsupportedOperationException("only inserts");
    }

    @Override
    protected void update(
            CompiledCondition condition,
            List<Map<String, Object>> parameters,
            Map<String, CompiledExpression> set,
            List<Map<String, Object>> values) {
        throw new UnsupportedOperationException("only inserts");
    }

    @Override
    protected void updateOrAdd(
            CompiledCondition condition,
            List<Map<String, Object>> parameters,
            Map<String, CompiledExpression> set,
            List<Map<String, Object>> values,
            List<Object[]> rows) {
        throw new UnsupportedOperationException("only inserts");
    }

    @Override
    protected CompiledCondition compileCondition(ExpressionBuilder builder) {
        throw new UnsupportedOperationException("only inserts");
    }

    @Override
    protected CompiledExpression compileSetAttribute(ExpressionBuilder builder) {
        throw new UnsupportedOperationException("only inserts");
    }

    @Override
    protected void connect() {
        // always there
    }

    @Override
    protected void disconnect() {
        // always there
    }

    @Override
    protected void destroy() {
        // nothing to close
    }
}
