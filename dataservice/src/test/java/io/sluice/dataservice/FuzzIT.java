package io.sluice.dataservice;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Whatever a stranger puts into parameters, filters, sort orders, cursors and paths: the database is not changed and the service has no fault. */
class FuzzIT {

    private static final String YAML = """
            service: notes
            datasource: results
            access: {public: true}
            resources:
              - path: /notes
                get:
                  sql: SELECT id, text, price, due, seen FROM notes
                  filter: [id, text, price, due, seen]
                  sort: {default: [id], allow: [price, due]}
              - path: /notes/{text}
                get:
                  sql: SELECT id, text FROM notes WHERE text = :text AND price >= :least AND due >= :day AND id IN (:id)
                  params:
                    text: {type: string}
                    least: {type: decimal, default: '0'}
                    day: {type: date, default: '2000-01-01'}
                    id: {type: long, list: true}
            """;
    private static final String[] ATTACKS = {
        "'; DELETE FROM notes; --",
        "1; DROP TABLE notes",
        "eq.'||(SELECT 1)||'",
        "in.(1,2);DELETE FROM notes",
        "\" OR 1=1 --",
        "id.desc; DROP TABLE notes",
        "price) OR (1=1",
        "is.null OR 1=1",
        "gte.1e999999999",
        "eq.\u0000",
        "eq.\uD800",
        "%27%3B",
        "in.()",
        "CSVWRITE('/tmp/x','SELECT 1')",
        "9223372036854775808",
        "eq.999999999999999999999999999999999999",
        "0000-00-00",
        "eq.+99999-01-01",
        "` OR 1=1 #",
        "{fn now()}",
        "?",
        ":id",
        "${env:PATH}",
        "in.(" + "1,".repeat(99) + "1)",
        "eq.1E400",
        "lt.-1e-400",
        "NaN",
        "eq.NaN"
    };

    private static Path folder;
    private static Database database;
    private static ServiceUnderTest service;

    @BeforeContainer
    static void open() throws Exception {
        folder = Files.createTempDirectory("fuzz");
        database = Database.h2();
        database.run(
                "CREATE TABLE notes (id BIGINT PRIMARY KEY, text VARCHAR(50), price DECIMAL(10,2) NOT NULL, due DATE NOT NULL, seen BOOLEAN)",
                "INSERT INTO notes SELECT x, 'n' || x, x / 2.0, DATE '2026-01-01', TRUE FROM SYSTEM_RANGE(1, 20)");
        service = ServiceUnderTest.with(folder, database, YAML);
        assertThat(service.problems()).containsExactly("serving [notes]");
    }

    @AfterContainer
    static void close() throws IOException {
        service.close();
        database.close();
        Files.delete(folder.resolve("service.yaml"));
        Files.delete(folder);
    }

    @AfterProperty
    void nothingWasChanged() throws Exception {
        assertThat(database.number("SELECT COUNT(*) FROM notes")).isEqualTo(20);
        assertThat(database.number("SELECT CAST(SUM(price) * 100 AS BIGINT) FROM notes"))
                .isEqualTo(10500);
        assertThat(database.number("SELECT COUNT(*) FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = 'PUBLIC'"))
                .isEqualTo(1);
    }

    @Property(tries = 600, shrinking = ShrinkingMode.OFF)
    void noValueOfTheQueryHarms(@ForAll("names") String name, @ForAll("texts") String text) throws Exception {
        requireHarmless("/notes/notes?" + name + "=" + encode(text));
    }

    @Property(tries = 300, shrinking = ShrinkingMode.OFF)
    void noValueOfThePathHarms(@ForAll("texts") String text, @ForAll("texts") String more) throws Exception {
        requireHarmless(
                "/notes/notes/" + encode(text).replace("+", "%20") + "?id=" + encode(more) + "&least=" + encode(text));
    }

    @Property(tries = 200, shrinking = ShrinkingMode.OFF)
    void noRawAddressHarms(@ForAll("raw") String raw) throws Exception {
        assertThat(rawStatus("/notes/" + raw)).as(raw).isIn(200, 400, 404, 405, 406, 414);
        assertThat(rawStatus("/notes/notes?" + raw)).as(raw).isIn(200, 400, 404, 414);
    }

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.of("id", "text", "price", "due", "seen", "sort", "cursor", "limit", "count", "x'y");
    }

    @Provide
    Arbitrary<String> texts() {
        Arbitrary<String> operators = Arbitraries.of("", "eq.", "neq.", "lt.", "gte.", "in.(", "is.");
        Arbitrary<String> any = Arbitraries.strings().all().ofMaxLength(30);
        Arbitrary<String> numbers = Arbitraries.bigDecimals().map(String::valueOf);
        return Arbitraries.oneOf(
                Arbitraries.of(ATTACKS),
                Combinators.combine(operators, any).as((operator, text) -> operator + text),
                Combinators.combine(operators, Arbitraries.of(ATTACKS)).as((operator, text) -> operator + text),
                Combinators.combine(operators, numbers).as((operator, text) -> operator + text));
    }

    @Provide
    Arbitrary<String> raw() {
        return Arbitraries.strings()
                .withChars("%/.;?&=+'\"()-_~:@aZ09{}[]|\\^`<>")
                .ofMinLength(1)
                .ofMaxLength(40);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static void requireHarmless(String path) throws Exception {
        assertThat(service.get(path).statusCode()).as(path).isIn(200, 400, 404);
    }

    /** Past the checks that a client library makes. */
    private static int rawStatus(String target) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", service.service().port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(("GET " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.ISO_8859_1));
            String head = new String(socket.getInputStream().readNBytes(12), StandardCharsets.ISO_8859_1);
            return Integer.parseInt(head.substring(9, 12));
        }
    }
}
