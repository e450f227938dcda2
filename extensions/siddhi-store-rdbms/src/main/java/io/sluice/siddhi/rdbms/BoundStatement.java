package io.sluice.siddhi.rdbms;

import java.util.List;

/**
 * SQL text and what is bound to it.
 *
 * @param sql with one {@code ?} per parameter
 * @param parameters in their order
 */
record BoundStatement(String sql, List<Parameter> parameters) {}
