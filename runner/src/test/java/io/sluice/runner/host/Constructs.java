package io.sluice.runner.host;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What an app can keep state in, one line each: the app's text behind the definitions of {@code S (k string, v long, p double, f float, n int, t long, b bool)},
 * {@code T} alike. What arrives in {@code Out} is compared.
 */
final class Constructs {

    private static final String ALL = " select k, v insert all events into Out;";
    private static final String SUM = " select k, sum(v) as s, count() as c group by k insert all events into Out;";

    private Constructs() {}

    static Map<String, String> all() {
        Map<String, String> all = new LinkedHashMap<>();
        windows(all);
        aggregators(all);
        patterns(all);
        joinsAndTables(all);
        rates(all);
        partitions(all);
        all.put(
                "trigger",
                "define trigger Tick at every 250 milliseconds; from Tick select triggered_time as t insert into Out;");
        all.put(
                "trigger, cron",
                "define trigger Tick at '*/1 * * * * ?'; from Tick select triggered_time as t insert into Out;");
        return all;
    }

    private static void windows(Map<String, String> all) {
        for (String window : new String[] {
            "length(3)",
            "lengthBatch(4)",
            "time(300 milliseconds)",
            "timeBatch(300 milliseconds)",
            "timeBatch(300 milliseconds, 0)",
            "timeBatch(300 milliseconds, true)",
            "timeLength(400 milliseconds, 3)",
            "externalTime(t, 300 milliseconds)",
            "externalTimeBatch(t, 300 milliseconds)",
            "externalTimeBatch(t, 300 milliseconds, 0, 200 milliseconds)",
            "session(150 milliseconds)",
            "session(150 milliseconds, k)",
            "session(150 milliseconds, k, 60 milliseconds)",
            "sort(3, v)",
            "sort(3, v, 'desc')",
            "frequent(2)",
            "frequent(2, k)",
            "lossyFrequent(0.3, 0.1, k)",
            "batch()",
            "delay(200 milliseconds)",
            "expression('count() <= 3')",
            "expressionBatch('count() <= 3')",
        }) {
            all.put(window, "from S#window." + window + ALL);
            all.put(window + ", sums", "from S#window." + window + SUM);
        }
        all.put(
                "named window",
                "define window W (k string, v long) length(3) output all events;"
                        + "from S select k, v insert into W; from W select k, sum(v) as s insert all events into Out;");
        all.put(
                "named window, timeBatch",
                "define window W (k string, v long) timeBatch(300 milliseconds) output all events;"
                        + "from S select k, v insert into W; from W select k, sum(v) as s group by k insert all events into Out;");
        all.put("#log and filter", "from S[v > 3] select k, v insert into Out;");
    }

    private static void aggregators(Map<String, String> all) {
        for (String of : new String[] {"v", "p", "f", "n"}) {
            for (String aggregator : new String[] {"sum", "avg", "min", "max", "minForever", "maxForever", "stdDev"}) {
                all.put(
                        aggregator + " of " + of,
                        "from S select k, " + aggregator + "(" + of + ") as a group by k insert into Out;");
            }
            all.put(
                    "sliding min, max, stdDev of " + of,
                    "from S#window.length(3) select min(" + of + ") as a, max(" + of + ") as b, stdDev(" + of
                            + ") as c, avg(" + of + ") as d insert into Out;");
        }
        all.put("count, distinctCount", "from S select count() as c, distinctCount(k) as d insert into Out;");
        all.put(
                "sliding distinctCount",
                "from S#window.time(300 milliseconds) select distinctCount(k) as d insert into Out;");
        all.put("and, or", "from S#window.length(3) select and(b) as a, or(b) as o insert into Out;");
        all.put(
                "unionSet",
                "from S#window.length(3) select createSet(k) as s insert into Sets;"
                        + "from Sets#window.length(2) select sizeOfSet(unionSet(s)) as n insert into Out;");
        all.put(
                "having, order, limit",
                "from S#window.lengthBatch(5) select k, sum(v) as s group by k having s > 2"
                        + " order by s desc limit 2 insert into Out;");
    }

    private static void patterns(Map<String, String> all) {
        String select = " select a.v as x, b.v as y insert into Out;";
        all.put("pattern", "from every a=S[v > 3] -> b=T[v > a.v]" + select);
        all.put("pattern once", "from a=S[v > 3] -> b=T[v > a.v]" + select);
        all.put("pattern within", "from every a=S -> b=T within 200 milliseconds" + select);
        all.put("pattern, every group", "from every (a=S -> b=T)" + select);
        all.put("sequence", "from every a=S, b=S[v > a.v]" + select);
        all.put(
                "sequence, zero or more",
                "from every a=S[v > 3], b=S[v > 1]*, c=T select a.v as x, b[0].v as y, c.v as z insert into Out;");
        all.put(
                "count pattern",
                "from every a=S<2:4> -> b=T select a[0].v as x, a[1].v as x1, b.v as y insert into Out;");
        all.put("logical and", "from every a=S[v > 3] and b=T[v > 3]" + select);
        all.put("logical or", "from every a=S[v > 6] or b=T[v > 6]" + select);
        all.put(
                "followed by and",
                "from every a=S -> b=S[v > 5] and c=T[v > 3] select a.v as x, b.v as y, c.v as z insert into Out;");
        all.put(
                "absent",
                "from every a=S[v > 3] -> not T[v > 5] for 150 milliseconds select a.v as x insert into Out;");
        all.put("absent first", "from not T[v > 5] for 150 milliseconds -> b=S select b.v as y insert into Out;");
        all.put(
                "absent every",
                "from every not T for 150 milliseconds select currentTimeMillis() > 0 as y insert into Out;");
        all.put("absent and", "from every a=S[v > 3] -> not T[v > 7] and b=S[v > 6]" + select);
    }

    private static void joinsAndTables(Map<String, String> all) {
        all.put(
                "join",
                "from S#window.length(3) as a join T#window.length(2) as b on a.k == b.k select a.v as x, b.v as y insert into Out;");
        all.put(
                "left outer join",
                "from S#window.time(250 milliseconds) as a left outer join T#window.length(1) as b on a.k == b.k"
                        + " select a.v as x, b.v as y insert all events into Out;");
        all.put(
                "full outer join",
                "from S#window.length(2) as a full outer join T#window.length(2) as b on a.k == b.k"
                        + " select a.v as x, b.v as y insert into Out;");
        all.put(
                "table",
                "define table K (k string, v long); from S select k, v insert into K;"
                        + " from T join K on T.k == K.k select K.k as k, K.v as v insert into Out;");
        all.put(
                "table with key",
                "@PrimaryKey('k') define table K (k string, v long);"
                        + " from S select k, v update or insert into K set K.v = v on K.k == k;"
                        + " from T join K on K.v > T.v select K.k as k, K.v as v order by k insert into Out;");
        all.put(
                "table with index", // an update of indexed rows fails in the engine itself
                "@Index('v') define table K (k string, v long); from S select k, v insert into K;"
                        + " from T[v > 6] delete K on K.v == v;"
                        + " from T join K on K.v == T.v select K.k as k, K.v as v order by k insert into Out;");
        all.put(
                "table, delete and in",
                "define table K (k string, v long); from S select k, v insert into K;"
                        + " from T[v > 6] delete K on K.k == k; from T[(K.k == k) in K] select k, v insert into Out;");
        all.put(
                "join with a named window",
                "define window W (k string, v long) length(3);"
                        + " from S select k, v insert into W; from T join W on T.k == W.k select W.v as x, T.v as y insert into Out;");
    }

    private static void rates(Map<String, String> all) {
        for (String rate : new String[] {
            "all every 3 events",
            "first every 3 events",
            "last every 3 events",
            "all every 1250 milliseconds",
            "first every 1250 milliseconds",
            "last every 1250 milliseconds",
            "snapshot every 1250 milliseconds",
        }) {
            all.put("output " + rate, "from S select k, v output " + rate + " insert into Out;");
            all.put(
                    "output " + rate + ", group by",
                    "from S#window.length(4) select k, sum(v) as s group by k output " + rate + " insert into Out;");
            all.put(
                    "output " + rate + ", window",
                    "from S#window.time(300 milliseconds) select k, v output " + rate + " insert into Out;");
        }
    }

    private static void partitions(Map<String, String> all) {
        for (String window : new String[] {
            "length(2)",
            "time(200 milliseconds)",
            "timeBatch(250 milliseconds)",
            "lengthBatch(2)",
            "timeLength(300 milliseconds, 2)",
            "session(120 milliseconds)",
            "frequent(2)",
        }) {
            all.put(
                    "partition, " + window,
                    "partition with (k of S) begin from S#window." + window
                            + " select k, sum(v) as s insert all events into Out; end;");
        }
        all.put(
                "partition, inner stream",
                "partition with (k of S) begin from S select k, sum(v) as s insert into #M;"
                        + " from #M#window.length(2) select k, sum(s) as s insert into Out; end;");
        all.put(
                "partition, pattern",
                "partition with (k of S, k of T) begin from every a=S -> b=T select a.k as k, a.v as x, b.v as y insert into Out; end;");
        all.put(
                "partition, absent",
                "partition with (k of S, k of T) begin from every a=S -> not T for 100 milliseconds select a.k as k, a.v as x insert into Out; end;");
        all.put(
                "partition, rate",
                "partition with (k of S) begin from S select k, count() as c output last every 2 events insert into Out; end;");
        all.put(
                "partition, group by",
                "partition with (k of S) begin from S select k, n, sum(v) as s group by n insert into Out; end;");
        all.put(
                "partition, range",
                "partition with (v > 4 as 'high' or v <= 4 as 'low' of S) begin from S select k, sum(v) as s group by k insert into Out; end;");
    }
}
