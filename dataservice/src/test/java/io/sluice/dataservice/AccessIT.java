package io.sluice.dataservice;

import static io.sluice.dataservice.ReadIT.problem;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.IdentityHeader;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessIT {

    private static final String YAML = """
            service: orders
            datasource: results
            access: {scopes: [orders.read], rows: 'tenant = :claim.tenant'}
            resources:
              - path: /orders
                get:
                  sql: SELECT id, tenant, price, secret FROM orders
                  columns: {tenant: {hidden: true}, secret: {roles: [auditor]}}
                  filter: [price, secret]
                  sort: {default: [id]}
                  scopes: [orders.list]
              - path: /open
                access: {public: true}
                get: {sql: SELECT id FROM orders}
              - path: /anyone
                access: {}
                get: {sql: SELECT id FROM orders}
            """;

    @TempDir
    private static Path folder;

    private static Database database;
    private static ServiceUnderTest service;

    @BeforeAll
    static void open() throws Exception {
        database = Database.h2();
        database.run(
                "CREATE TABLE orders (id INT PRIMARY KEY, tenant VARCHAR(10), price INT, secret VARCHAR(10))",
                "INSERT INTO orders VALUES (1, 'a', 10, 's1'), (2, 'b', 20, 's2'), (3, 'a', 30, 's3')");
        service = ServiceUnderTest.with(folder, database, YAML);
        assertThat(service.problems()).containsExactly("serving [orders]");
    }

    @AfterAll
    static void close() {
        service.close();
        database.close();
    }

    private static String[] as(String scope, Map<String, Object> claims) {
        return new String[] {IdentityHeader.NAME, ServiceUnderTest.identity("ann", scope, claims)};
    }

    @Test
    void showsTheRowsAndColumnsOfTheCaller() throws Exception {
        JsonObject page =
                service.json("/orders/orders?count=exact", as("orders.read orders.list", Map.of("tenant", "a")));

        assertThat(page.encode())
                .isEqualTo("{\"count\":2,\"data\":[{\"id\":1,\"price\":10},{\"id\":3,\"price\":30}],\"next\":null}");
    }

    @Test
    void showsAColumnToItsRoleOnly() throws Exception {
        String[] auditor = as("orders.read orders.list", Map.of("tenant", "b", "roles", List.of("auditor")));

        assertThat(service.json("/orders/orders?secret=eq.s2", auditor)
                        .getJsonArray("data")
                        .getJsonObject(0)
                        .getString("secret"))
                .isEqualTo("s2");
        assertThat(service.get("/orders/orders?secret=eq.s1", as("orders.read orders.list", Map.of("tenant", "a"))))
                .satisfies(problem(403, "DAT-305"));
    }

    @Test
    void refusesWhoLacksIdentityScopeOrClaim() throws Exception {
        assertThat(service.get("/orders/orders")).satisfies(problem(401, "DAT-301"));
        assertThat(service.get("/orders/orders", as("orders.read", Map.of("tenant", "a"))))
                .satisfies(problem(403, "DAT-303"));
        assertThat(service.get("/orders/orders", as("orders.read orders.list", Map.of())))
                .satisfies(problem(403, "DAT-304"));
        assertThat(service.get("/orders/orders", IdentityHeader.NAME, "forged")).satisfies(problem(401, "DAT-302"));
        assertThat(service.get("/orders/orders", "Authorization", "Bearer x")).satisfies(problem(401, "DAT-301"));
        assertThat(service.get("/orders/open").statusCode()).isEqualTo(200);
        assertThat(service.get("/orders/open", IdentityHeader.NAME, "forged")).satisfies(problem(401, "DAT-302"));
        assertThat(service.get("/orders/anyone")).satisfies(problem(401, "DAT-301"));
        assertThat(service.get("/orders/anyone", as("", Map.of())).statusCode()).isEqualTo(200);
    }

    @Test
    void believesThisMachineWhereConfigured(@TempDir Path other) throws Exception {
        DataServiceConfig config = ServiceUnderTest.config();
        DataServiceConfig trusting = new DataServiceConfig(
                config.host(),
                0,
                null,
                config.reload(),
                DataServiceConfig.Trust.LOOPBACK,
                null,
                config.runner(),
                config.limits());
        try (ServiceUnderTest local = ServiceUnderTest.with(other, trusting, database, YAML)) {
            assertThat(local.get("/orders/anyone").statusCode()).isEqualTo(200);
            assertThat(local.get("/orders/orders")).satisfies(problem(403, "DAT-304")); // every scope, but no claim
            assertThat(local.get("/orders/open", IdentityHeader.NAME, "x")).satisfies(problem(401, "DAT-302"));
        }
    }
}
