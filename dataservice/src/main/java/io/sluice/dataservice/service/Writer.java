package io.sluice.dataservice.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.sluice.common.ProblemException;
import io.sluice.dataservice.call.DataError;
import io.sluice.dataservice.call.Preferences;
import io.sluice.dataservice.definition.ServiceFile;
import io.sluice.dataservice.definition.ServiceFile.Limits;
import io.sluice.dataservice.definition.WriteFile;
import io.sluice.dataservice.sql.BoundSql;
import io.sluice.dataservice.sql.Dialect;
import io.sluice.dataservice.sql.Dialect.Duplicates;
import io.sluice.dataservice.sql.SqlRefused;
import io.sluice.dataservice.sql.SqlText;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A POST, PUT, PATCH or DELETE as deployed. One request is one transaction, all of it or nothing. Blocks; called on a worker. */
final class Writer {

    private final WriteFile file;
    private final Limits limits;
    private final Dialect dialect;
    private final Map<Duplicates, SqlText> statements;
    private final Parameters parameters;
    private final DataSource source;

    private Writer(
            WriteFile file,
            Limits limits,
            Dialect dialect,
            Map<Duplicates, SqlText> statements,
            Parameters parameters,
            DataSource source) {
        this.file = file;
        this.limits = limits;
        this.dialect = dialect;
        this.statements = statements;
        this.parameters = parameters;
        this.source = source;
    }

    /**
     * What was done.
     *
     * @param affected rows
     * @param keys generated keys, one object per row, as far as the author asks for them
     * @param duplicates what was done about rows that were there
     */
    record Result(long affected, JsonArray keys, Duplicates duplicates) {}

    /** What the author wrote. */
    WriteFile file() {
        return file;
    }

    /** Prepares against the database; null if there are problems. */
    static @Nullable Writer compile(
            ServiceFile service,
            WriteFile file,
            DataSource source,
            Connection connection,
            Clock clock,
            Consumer<DeployProblem> problems)
            throws SQLException {
        Dialect dialect = Dialect.of(connection);
        String key = file.insert() == null ? "sql" : "insert";
        try {
            Map<Duplicates, SqlText> statements = statements(file, dialect);
            for (SqlText sql : statements.values()) {
                prepare(connection, dialect, sql);
            }
            return new Writer(
                    file, service.limits(), dialect, statements, new Parameters(file.params(), clock), source);
        } catch (SqlRefused refused) {
            problems.accept(new DeployProblem(key, String.valueOf(refused.getMessage())));
        } catch (SQLException refused) {
            if (DatabaseProblem.unavailable(refused)) {
                throw refused;
            }
            problems.accept(
                    new DeployProblem(key, "the database does not take it: " + ReadCompiler.firstLine(refused)));
        }
        return null;
    }

    private static Map<Duplicates, SqlText> statements(WriteFile file, Dialect dialect) throws SqlRefused {
        Map<Duplicates, SqlText> statements = new EnumMap<>(Duplicates.class);
        WriteFile.InsertFile insert = file.insert();
        if (insert == null) {
            statements.put(Duplicates.FAIL, SqlText.parse(dialect.choose(file.sql(), file.dialects())));
            return statements;
        }
        List<String> columns = List.copyOf(file.params().keySet());
        for (Duplicates duplicates : Duplicates.values()) {
            String text = dialect.insert(insert.table(), columns, insert.key(), duplicates);
            if (text != null) {
                statements.put(duplicates, SqlText.parse(text));
            }
        }
        return statements;
    }

    /** MySQL's driver checks nothing before it runs a statement, so the server is asked to explain it. */
    private static void prepare(Connection connection, Dialect dialect, SqlText sql) throws SQLException {
        boolean mysql = dialect == Dialect.MYSQL || dialect == Dialect.MARIADB;
        try (PreparedStatement statement = connection.prepareStatement((mysql ? "EXPLAIN " : "") + sql.text())) {
            if (mysql) {
                for (int i = 1; i <= sql.parameters().size(); i++) {
                    statement.setNull(i, Types.NULL);
                }
                statement.executeQuery().close();
            } else {
                statement.getParameterMetaData();
            }
        }
    }

    /**
     * Runs the request.
     *
     * @throws ProblemException for what the client should hear; nothing was changed then, or the connection broke during the commit
     */
    Result run(WriteRequest request) {
        List<JsonNode> items = items(request.body());
        Duplicates duplicates = duplicates(request.preferences());
        SqlText sql = Objects.requireNonNull(statements.get(duplicates));
        List<BoundSql> rows = new ArrayList<>();
        for (JsonNode item : items) {
            var values = parameters.fromBody(request.path(), item.isMissingNode() ? null : item);
            rows.add(BoundSql.of(sql, Parameters.lookup(values, request.caller())));
        }
        try (Connection connection = source.getConnection()) {
            boolean done = false;
            try {
                dialect.beginWrite(connection, (int) limits.timeout().toMillis());
                Result result = execute(connection, rows, duplicates);
                requireWanted(result, request.preferences());
                connection.commit();
                done = true;
                return result;
            } finally {
                end(connection, done);
            }
        } catch (SQLException failed) {
            throw DatabaseProblem.of(failed);
        }
    }

    private void end(Connection connection, boolean done) throws SQLException {
        try {
            dialect.end(connection);
        } catch (SQLException broken) {
            if (done) {
                throw broken;
            }
            connection.abort(Runnable::run);
        }
    }

    private List<JsonNode> items(@Nullable JsonNode body) {
        if (body == null) {
            return List.of(MissingNode.getInstance());
        }
        List<JsonNode> items = new ArrayList<>();
        if (body.isArray()) {
            if (!file.batch()) {
                throw invalid("is a list; this resource takes one object");
            }
            if (body.isEmpty() || body.size() > limits.maxBatch()) {
                throw invalid("has " + body.size() + " objects; 1 to " + limits.maxBatch() + " are allowed");
            }
            body.forEach(items::add);
        } else {
            items.add(body);
        }
        if (!items.stream().allMatch(JsonNode::isObject)) {
            throw invalid("must be a JSON object" + (file.batch() ? " or a list of them" : ""));
        }
        return items;
    }

    private static ProblemException invalid(String problem) {
        return new ProblemException(DataError.BODY_INVALID, "the body " + problem);
    }

    private Duplicates duplicates(Preferences preferences) {
        Duplicates wanted = preferences.wants("resolution", "merge-duplicates")
                ? Duplicates.MERGE
                : preferences.wants("resolution", "ignore-duplicates") ? Duplicates.IGNORE : Duplicates.FAIL;
        if (statements.containsKey(wanted)) {
            return wanted;
        }
        if (preferences.wants("handling", "strict")) {
            throw new ProblemException(DataError.PREFERENCE_INVALID, "this resource cannot resolve duplicates");
        }
        return Duplicates.FAIL;
    }

    /** A batch goes to the database as one, unless list parameters give its rows different texts. */
    private Result execute(Connection connection, List<BoundSql> rows, Duplicates duplicates) throws SQLException {
        boolean same = rows.stream().map(BoundSql::text).distinct().count() == 1;
        if (same) {
            return executeSame(connection, rows, duplicates);
        }
        long affected = 0;
        JsonArray keys = new JsonArray();
        for (BoundSql row : rows) {
            Result result = executeSame(connection, List.of(row), duplicates);
            affected += result.affected();
            keys.addAll(result.keys());
        }
        return new Result(affected, keys, duplicates);
    }

    private Result executeSame(Connection connection, List<BoundSql> rows, Duplicates duplicates) throws SQLException {
        String text = rows.get(0).text();
        boolean wantsKeys = !file.generatedKeys().isEmpty();
        try (PreparedStatement statement = wantsKeys
                ? connection.prepareStatement(text, file.generatedKeys().toArray(String[]::new))
                : connection.prepareStatement(text)) {
            statement.setQueryTimeout((int) Math.max(1, limits.timeout().toSeconds()));
            for (BoundSql row : rows) {
                row.bind(statement);
                statement.addBatch();
            }
            long affected = 0;
            for (int count : statement.executeBatch()) {
                boolean unknown = count == Statement.SUCCESS_NO_INFO;
                // MySQL counts a merged row twice
                affected += unknown ? 1 : duplicates == Duplicates.FAIL ? count : Math.min(1, count);
            }
            return new Result(affected, wantsKeys ? keys(statement) : new JsonArray(), duplicates);
        }
    }

    private JsonArray keys(PreparedStatement statement) throws SQLException {
        JsonArray keys = new JsonArray();
        try (ResultSet rows = statement.getGeneratedKeys()) {
            int count = Math.min(
                    rows.getMetaData().getColumnCount(), file.generatedKeys().size());
            while (rows.next()) {
                JsonObject key = new JsonObject();
                for (int i = 1; i <= count; i++) {
                    Object value = rows.getObject(i);
                    key.put(file.generatedKeys().get(i - 1), value instanceof Number ? value : String.valueOf(value));
                }
                keys.add(key);
            }
        }
        return keys;
    }

    private void requireWanted(Result result, Preferences preferences) {
        Long most = preferences.maxAffected();
        if (most != null && result.affected() > most) {
            throw new ProblemException(
                    DataError.TOO_MANY_AFFECTED,
                    result.affected() + " rows would change, max-affected allows " + most + "; nothing was changed");
        }
        if (file.single() && result.affected() == 0) {
            throw new ProblemException(DataError.NO_SUCH_ROW, "there is no such row; nothing was changed");
        }
    }
}
