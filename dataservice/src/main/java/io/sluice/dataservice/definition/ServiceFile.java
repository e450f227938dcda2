package io.sluice.dataservice.definition;

import io.sluice.common.DataSize;
import io.sluice.common.InvalidSetting;
import io.sluice.common.Setting;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One data service, as written in one file of the folder.
 *
 * <pre>
 * service: trades
 * datasource: results
 * access: {scopes: [trades.read]}
 * resources:
 *   - path: /trades/{symbol}
 *     get:
 *       sql: SELECT id, ts, price FROM trades WHERE symbol = :symbol
 *       params: {symbol: {type: string, max-length: 12}}
 *       sort: {default: [ts, id]}
 * </pre>
 */
public record ServiceFile(
        @Setting(doc = "Name of the service and first segment of its paths: letters, digits, '_' and '-', at most 64.")
        String service,

        @Setting(doc = "What it offers, for people.", byDefault = "")
        String description,

        @Setting(doc = "Name of the data source that holds the tables.")
        String datasource,

        @Setting(
                doc = "Name of a data source whose account may only read, for GET; the other is used without one.",
                byDefault = Setting.ABSENT)
        @Nullable
        String readDatasource,

        Limits limits,
        Access access,

        @Setting(doc = "What is served.") List<ResourceFile> resources) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,63}");

    /** Validates the name. */
    public ServiceFile {
        if (!NAME.matcher(service).matches()) {
            throw new InvalidSetting(
                    "service",
                    "'" + service + "' must be 1 to 64 letters, digits, '_' or '-', and begin with a letter");
        }
        resources = List.copyOf(resources);
    }

    /** The name of the data source that GET reads from. */
    public String reads() {
        return readDatasource == null ? datasource : readDatasource;
    }

    /** Bounds that protect the database and the process. */
    public record Limits(
            @Setting(doc = "Rows of a page when the request names no limit.", byDefault = "100")
            int pageSize,

            @Setting(doc = "The largest limit a request may name for JSON.", byDefault = "5000")
            int maxPageSize,

            @Setting(doc = "Rows of one reply at most, of any media type.", byDefault = "1000000")
            int maxRows,

            @Setting(doc = "Time the database has for one statement.", byDefault = "5s")
            Duration timeout,

            @Setting(doc = "Time one reply may take from the first to the last row.", byDefault = "5m")
            Duration maxDuration,

            @Setting(doc = "The largest request body.", byDefault = "1MiB")
            DataSize maxBody,

            @Setting(doc = "Rows one batch may have.", byDefault = "1000")
            int maxBatch,

            @Setting(doc = "Requests of this service that may be worked on at once; more get 429.", byDefault = "64")
            int concurrency) {

        /** Validates every bound. */
        public Limits {
            require("page-size", pageSize, 1, 100_000);
            require("max-page-size", maxPageSize, pageSize, 1_000_000);
            require("max-rows", maxRows, maxPageSize, 100_000_000);
            require("max-batch", maxBatch, 1, 100_000);
            require("concurrency", concurrency, 1, 10_000);
            require("max-body", maxBody.bytes(), 1, 64L << 20);
            require("timeout", timeout.toMillis(), 100, 100_000);
            require("max-duration", maxDuration.toMillis(), timeout.toMillis(), 86_400_000);
        }

        private static void require(String key, long value, long least, long most) {
            if (value < least || value > most) {
                boolean time = key.equals("timeout") || key.equals("max-duration");
                throw new InvalidSetting(
                        key,
                        value + (time ? "ms" : "") + " must be between " + least + " and " + most
                                + (time ? " milliseconds" : ""));
            }
        }
    }

    /** Who may call. Without scopes and not public, any identified caller may. */
    public record Access(
            @Setting(doc = "Scopes a caller must have, all of them.", byDefault = "[]")
            List<String> scopes,

            @Setting(
                    doc =
                            "A condition on the result columns that every row of a GET must meet, with claims of the caller: 'tenant = :claim.tenant'.",
                    byDefault = "")
            String rows,

            @Setting(key = "public", doc = "Whether everybody may call, without an identity.", byDefault = "false")
            boolean open) {

        /** Refuses what contradicts itself. */
        public Access {
            scopes = List.copyOf(scopes);
            if (open && !scopes.isEmpty()) {
                throw new InvalidSetting(
                        "public", "what needs scopes " + scopes + " cannot be public. Remove one of the two.");
            }
            if (open && rows.contains(":claim.")) {
                throw new InvalidSetting(
                        "public", "what is filtered by claims cannot be public: nobody would have any. Remove one.");
            }
        }
    }
}
