package io.sluice.dataservice.service;

import io.sluice.common.ProblemException;
import io.sluice.dataservice.call.Caller;
import io.sluice.dataservice.call.DataError;
import io.sluice.dataservice.definition.ReadFile;
import io.sluice.dataservice.definition.ServiceFile.Limits;
import io.sluice.dataservice.definition.StreamFile;
import io.sluice.dataservice.reply.MediaType;
import io.sluice.dataservice.reply.RowTree;
import io.sluice.dataservice.sql.BoundValue;
import io.sluice.dataservice.sql.Column;
import io.sluice.dataservice.sql.Cursors;
import io.sluice.dataservice.sql.Dialect;
import io.sluice.dataservice.sql.Filter;
import io.sluice.dataservice.sql.PageQuery;
import io.sluice.dataservice.sql.SortKey;
import io.sluice.dataservice.sql.SqlText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A GET as deployed: checked against the database, ready to turn requests into plans. Thread-safe.
 *
 * @param path of the resource, with the service in front, for cursors
 * @param file what the author wrote
 * @param limits of the service
 * @param dialect of the database
 * @param sql the statement
 * @param rows the row filter, or null
 * @param columns of the result, in its order
 * @param order the default order, unique as a whole; empty if there is none
 * @param streamKey the column that a tail goes by, or null
 * @param streamTime the column that says how old a row is, or null
 * @param parameters declared ones
 * @param cursors makes and reads cursors
 */
record ReadOperation(
        String path,
        ReadFile file,
        Limits limits,
        Dialect dialect,
        SqlText sql,
        @Nullable SqlText rows,
        List<Column> columns,
        List<SortKey> order,
        @Nullable Column streamKey,
        @Nullable Column streamTime,
        Parameters parameters,
        Cursors cursors) {

    /**
     * What one request comes to.
     *
     * @param query the statement with the request's conditions; asks for one row more than {@code limit}
     * @param values of the parameters, and claims
     * @param tree the columns this caller sees
     * @param limit rows to give back
     * @param cutsSilently whether more rows than that are simply the next page, or what the request asked for
     * @param count whether to count
     * @param identity what cursors are made for
     * @param live how the resource can be followed, or null
     */
    record Plan(
            PageQuery query,
            Function<String, List<BoundValue>> values,
            RowTree tree,
            int limit,
            boolean cutsSilently,
            boolean count,
            String identity,
            @Nullable Live live) {}

    /**
     * A resource as a stream.
     *
     * @param column what a tail goes by
     * @param time says how old a row is, or null
     * @param settle how long a transaction may take
     * @param poll pause between two looks
     * @param start the cursor of the request, or empty
     */
    record Live(Column column, @Nullable Column time, Duration settle, Duration poll, String start) {}

    private static final int ROWS_OF_A_LOOK = 500;

    /** What rows can be served as. */
    List<MediaType> media() {
        if (file.single()) {
            return List.of(MediaType.JSON);
        }
        return streamKey == null
                ? List.of(MediaType.JSON, MediaType.NDJSON, MediaType.CSV)
                : List.of(MediaType.JSON, MediaType.NDJSON, MediaType.CSV, MediaType.SSE);
    }

    /** Whether a request wants to follow. */
    boolean follows(ReadRequest request) {
        String follow = single(request, "follow");
        boolean asked = "true".equals(follow);
        if (follow != null && (streamKey == null || !(asked || follow.equals("false")))) {
            throw new ProblemException(
                    DataError.PARAMETER_INVALID,
                    streamKey == null ? "this resource cannot be followed" : "'follow' must be true or false");
        }
        if (asked && request.media() != MediaType.NDJSON && request.media() != MediaType.SSE) {
            throw new ProblemException(
                            DataError.PARAMETER_INVALID, "what is followed has no end, which this media type needs")
                    .hint("Accept text/event-stream or application/x-ndjson.");
        }
        return asked || request.media() == MediaType.SSE;
    }

    /**
     * Turns a request into a plan.
     *
     * @throws ProblemException for a request that is not valid
     */
    Plan plan(ReadRequest request) {
        requireKnown(request);
        Map<String, List<String>> given = new TreeMap<>(request.query());
        request.path().forEach((name, value) -> given.put(name, List.of(value)));
        Map<String, List<BoundValue>> values = parameters.fromTexts(given);
        List<Filter> filters = filters(request);
        boolean follows = follows(request);
        List<SortKey> sorted = follows ? ofTail(request) : sort(request);
        String identity = identity(request, sorted);
        List<Object> after = after(request, sorted, identity);
        int limit = follows ? ROWS_OF_A_LOOK : limit(request);
        List<Column> visible = columns.stream()
                .filter(column -> seen(column, request.caller()))
                .toList();
        if (visible.isEmpty()) {
            throw new ProblemException(DataError.COLUMN_FORBIDDEN, "the caller may see no column of this resource");
        }
        PageQuery query = new PageQuery(
                dialect, sql, rows, visible, visible.size() == columns.size(), filters, sorted, after, limit + 1L);
        boolean asked = request.query().containsKey("limit");
        boolean paged = !sorted.isEmpty() && !request.media().export();
        return new Plan(
                query,
                Parameters.lookup(values, request.caller()),
                new RowTree(visible),
                limit,
                asked || paged,
                count(request),
                identity,
                live(request));
    }

    private @Nullable Live live(ReadRequest request) {
        StreamFile stream = file.stream();
        if (stream == null || streamKey == null) {
            return null;
        }
        String start = Objects.requireNonNullElse(single(request, "cursor"), "");
        return new Live(streamKey, streamTime, stream.settle(), stream.poll(), start);
    }

    private List<SortKey> ofTail(ReadRequest request) {
        for (String name : List.of("limit", "sort", "count")) {
            if (request.query().containsKey(name)) {
                throw new ProblemException(
                        DataError.PARAMETER_INVALID, "'" + name + "' makes no sense for what is followed");
            }
        }
        return List.of(new SortKey(Objects.requireNonNull(streamKey), false));
    }

    private static boolean seen(Column column, Caller caller) {
        return !column.hidden() && caller.hasRole(column.roles());
    }

    private void requireKnown(ReadRequest request) {
        for (String name : request.query().keySet()) {
            boolean ours =
                    ResourceCheck.RESERVED.contains(name) || file.filter().contains(name);
            if (!ours && (!parameters.names().contains(name) || request.path().containsKey(name))) {
                Set<String> known = new HashSet<>(parameters.names());
                known.removeAll(request.path().keySet());
                known.addAll(file.filter());
                known.addAll(ResourceCheck.RESERVED);
                throw new ProblemException(
                                DataError.PARAMETER_UNKNOWN, "the query has a parameter this resource does not know")
                        .hint("Known are " + known.stream().sorted().toList() + ".");
            }
        }
    }

    private List<Filter> filters(ReadRequest request) {
        List<Filter> filters = new ArrayList<>();
        for (String name : file.filter()) {
            for (String text : request.query().getOrDefault(name, List.of())) {
                Column column = column(name, request.caller());
                try {
                    filters.add(Filter.parse(column, text));
                } catch (IllegalArgumentException malformed) {
                    throw new ProblemException(
                            DataError.PARAMETER_INVALID, "filter '" + name + "' " + malformed.getMessage());
                }
            }
        }
        return filters;
    }

    private Column column(String name, Caller caller) {
        Column column = find(name).orElseThrow();
        if (!caller.hasRole(column.roles())) {
            throw new ProblemException(
                    DataError.COLUMN_FORBIDDEN, "column '" + name + "' needs a role the caller does not have");
        }
        return column;
    }

    private Optional<Column> find(String name) {
        return columns.stream().filter(each -> each.key().equals(name)).findFirst();
    }

    private List<SortKey> sort(ReadRequest request) {
        String text = single(request, "sort");
        if (text == null) {
            return order;
        }
        List<SortKey> sorted = new ArrayList<>();
        for (String part : text.split(",", 17)) {
            boolean descending = part.endsWith(".desc");
            String name = part.replaceFirst("\\.(asc|desc)$", "");
            if (!file.sort().allow().contains(name)
                    || sorted.stream().anyMatch(each -> each.column().key().equals(name))) {
                throw new ProblemException(
                                DataError.PARAMETER_INVALID,
                                "'sort' names a column twice, or one that is not open for it")
                        .hint("Write for example 'ts.desc'; columns are "
                                + file.sort().allow() + ".");
            }
            sorted.add(new SortKey(column(name, request.caller()), descending));
        }
        for (SortKey tie : order) {
            if (sorted.stream().noneMatch(each -> each.column() == tie.column())) {
                sorted.add(tie);
            }
        }
        return sorted;
    }

    /** Everything that makes two requests pages of the same list. */
    private String identity(ReadRequest request, List<SortKey> sorted) {
        Map<String, List<String>> same = new TreeMap<>(request.query());
        same.keySet().removeAll(Set.of("cursor", "limit", "count", "sort", "follow"));
        return path
                + new TreeMap<>(request.path())
                + same.toString().length()
                + same
                + sorted.stream().map(SortKey::text).toList();
    }

    private List<Object> after(ReadRequest request, List<SortKey> sorted, String identity) {
        String cursor = single(request, "cursor");
        if (cursor == null) {
            return List.of();
        }
        if (sorted.isEmpty()) {
            throw new ProblemException(DataError.CURSOR_INVALID, "this resource has no order and so no pages");
        }
        try {
            return cursors.read(identity, sorted, cursor);
        } catch (IllegalArgumentException refused) {
            throw new ProblemException(DataError.CURSOR_INVALID, "the cursor " + refused.getMessage())
                    .hint("Follow 'next' of a reply as it is, or begin again without a cursor.");
        }
    }

    private int limit(ReadRequest request) {
        boolean export = request.media().export();
        int most = export ? limits.maxRows() : limits.maxPageSize();
        String text = single(request, "limit");
        if (text == null) {
            boolean page = !export && !order.isEmpty();
            return file.single() ? 1 : page ? limits.pageSize() : most;
        }
        if (!text.matches("\\d{1,9}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > most) {
            throw new ProblemException(DataError.PARAMETER_INVALID, "'limit' must be a whole number from 1 to " + most);
        }
        return Integer.parseInt(text);
    }

    private boolean count(ReadRequest request) {
        String text = single(request, "count");
        if (text != null && !text.equals("exact")) {
            throw new ProblemException(DataError.PARAMETER_INVALID, "'count' must be 'exact'");
        }
        boolean wanted = text != null || request.preferences().wants("count", "exact");
        return wanted
                && file.count() == ReadFile.Count.ON_REQUEST
                && !request.media().export()
                && !file.single();
    }

    private static @Nullable String single(ReadRequest request, String name) {
        List<String> texts = request.query().getOrDefault(name, List.of());
        if (texts.size() > 1) {
            throw new ProblemException(
                    DataError.PARAMETER_INVALID, "'" + name + "' is given " + texts.size() + " times, once is allowed");
        }
        return texts.isEmpty() ? null : texts.get(0);
    }
}
