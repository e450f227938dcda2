#!/bin/sh
# Builds what is needed and runs one benchmark. Without arguments: what there is.
set -eu
cd "$(dirname "$0")/../.."

usage() {
    cat <<'TEXT'
tests/benchmarks/run.sh mapper [JMH OPTIONS]               JSON in, filter, JSON out: ours, siddhi-map-json 5.0.6, bare Jackson
tests/benchmarks/run.sh mapper-cpu                         the same by CPU time of the thread, for a machine that others use too
tests/benchmarks/run.sh end-to-end [SUBSCRIBERS:RATE...]   Kafka, filter, WebSocket, gateway, subscribers
tests/benchmarks/run.sh window [RECORDS [KEYS]]            Kafka, filter, windowed group-by, Kafka: ours, Kafka Streams, a bare consumer
tests/benchmarks/run.sh growth [APPS:KEYS:EVENTS...]       CPU time per event and memory with 1, 10 and 100 apps, and with many keys
tests/benchmarks/run.sh ingest [ROWS]                      events into a table, beside JDBC batches: H2, PostgreSQL, MariaDB
tests/benchmarks/run.sh export [ROWS]                      rows of the data service as JSON and NDJSON, beside a bare ResultSet to Jackson loop
TEXT
}

class_path() {
    mvn -q -Dquick -pl tests/benchmarks -am package dependency:build-classpath \
        -Dmdep.outputFile=target/class-path.txt -Dmdep.includeScope=runtime >&2
    printf 'tests/benchmarks/target/classes:%s' "$(cat tests/benchmarks/target/class-path.txt)"
}

java="${JAVA_HOME:+$JAVA_HOME/bin/}java"
case "${1:-}" in
    mapper)
        shift
        exec "$java" -cp "$(class_path)" org.openjdk.jmh.Main JsonMappingBenchmark "$@"
        ;;
    mapper-cpu)
        classes="$(class_path)"
        echo '| event | method | ns of CPU |'
        echo '|---|---|---|'
        for event in production flight; do
            for method in sluiceBytes sluiceText jacksonBytes jacksonText siddhiMapJsonText; do
                "$java" -Xms512m -Xmx512m -XX:+UseSerialGC -cp "$classes" \
                    io.sluice.benchmarks.JsonMappingCpuTime $method $event 300000
            done
        done
        ;;
    end-to-end)
        shift
        exec "$java" -cp "$(class_path)" io.sluice.benchmarks.EndToEndBenchmark "$@"
        ;;
    window)
        shift
        exec "$java" -Xmx2g -cp "$(class_path)" io.sluice.benchmarks.WindowBenchmark "$@"
        ;;
    growth)
        shift
        [ $# -gt 0 ] || set -- 1:1000:2000000 10:1000:2000000 100:1000:2000000 1:100000:2000000 1:1000000:4000000
        exec "$java" -Xmx2g -cp "$(class_path)" io.sluice.benchmarks.GrowthBenchmark "$@"
        ;;
    ingest)
        shift
        exec "$java" -Xmx1g -cp "$(class_path)" io.sluice.benchmarks.IngestBenchmark "$@"
        ;;
    export)
        shift
        exec "$java" -Xmx1g -cp "$(class_path)" io.sluice.benchmarks.ExportBenchmark "$@"
        ;;
    *)
        usage
        ;;
esac
