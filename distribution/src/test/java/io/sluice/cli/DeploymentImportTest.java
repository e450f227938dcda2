package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.common.ConfigFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeploymentImportTest {

    @TempDir
    private Path folder;

    @Test
    void takesOverWhatMattersAndNamesTheRestWithItsLine() throws IOException {
        Path old = Files.writeString(folder.resolve("deployment.yaml"), """
                wso2.carbon:
                  id: wso2-si
                wso2.datasources:
                  dataSources:
                    - name: STOCK_DB
                      description: stocks
                      definition:
                        type: RDBMS
                        configuration:
                          jdbcUrl: 'jdbc:mysql://db:3306/stock'
                          username: stock
                          password: secret
                          driverClassName: com.mysql.cj.jdbc.Driver
                          maxPoolSize: 25
                          isAutoCommit: false
                siddhi:
                  extensions:
                    - extension:
                        name: cud
                        namespace: rdbms
                        properties:
                          perform.CUD.operations: true
                  refs:
                    - ref:
                        name: store1
                        type: rdbms
                        properties:
                          datasource: STOCK_DB
                  properties:
                    shardId: wso2-si
                state.persistence:
                  enabled: true
                auth.configs:
                  type: local
                  userManager:
                    adminRole: bosses
                    userStore:
                      users:
                        - user: {username: admin, password: YWRtaW4=, roles: 1}
                        - user: {username: ann, password: YW5uJ3M=, roles: "1,2"}
                        - user: {username: ben, password: YmVuJ3M=, roles: 2}
                      roles:
                        - role: {id: 1, displayName: bosses}
                        - role: {id: 2, displayName: clerks}
                error.store:
                  enabled: true
                  config:
                    datasource: STOCK_DB
                    table: SIDDHI_ERROR_STORE_TABLE
                """);

        DeploymentImport.Imported imported = DeploymentImport.convert(old);

        Path made = Files.writeString(folder.resolve("sluice.yaml"), imported.yaml());
        SluiceConfig config = ConfigFile.read(made, SluiceConfig.class, Map.of(), Map.of());
        assertThat(config.dataSources()).containsOnlyKeys("STOCK_DB");
        assertThat(config.dataSources().get("STOCK_DB").url()).isEqualTo("jdbc:mysql://db:3306/stock");
        assertThat(config.dataSources().get("STOCK_DB").password().value()).isEqualTo("secret");
        assertThat(config.dataSources().get("STOCK_DB").poolSize()).isEqualTo(25);
        assertThat(config.siddhi().extensions().get(0).extension().properties())
                .containsEntry("perform.CUD.operations", "true");
        assertThat(config.siddhi().refs().get(0).ref().properties()).containsEntry("datasource", "STOCK_DB");
        assertThat(config.siddhi().properties()).containsEntry("shardId", "wso2-si");
        assertThat(config.runner().errorStore().dataSource()).isEqualTo("STOCK_DB");
        assertThat(config.runner().admin().users())
                .satisfiesExactly(
                        user -> {
                            assertThat(user.name()).isEqualTo("ann");
                            assertThat(user.password().value()).isEqualTo("ann's");
                            assertThat(user.permissions()).containsExactly("siddhiApp.view", "siddhiApp.manage");
                        },
                        user -> {
                            assertThat(user.name()).isEqualTo("ben");
                            assertThat(user.permissions()).containsExactly("siddhiApp.view");
                        });
        assertThat(imported.warnings())
                .satisfiesExactly(
                        line -> assertThat(line).startsWith(old + ":1: ").contains("wso2.carbon"),
                        line -> assertThat(line).startsWith(old + ":15: ").contains("isAutoCommit"),
                        line -> assertThat(line).startsWith(old + ":31: ").contains("state.persistence"),
                        line -> assertThat(line).startsWith(old + ":39: ").contains("'admin'"),
                        line -> assertThat(line).startsWith(old + ":49: ").contains("SIDDHI_ERROR_STORE_TABLE"));
    }

    @Test
    void namesPlaceholdersThatOnlyTheOldServerKnows() throws IOException {
        Path old = Files.writeString(folder.resolve("deployment.yaml"), """
                dataSources:
                  - name: A
                    definition:
                      configuration:
                        jdbcUrl: jdbc:h2:mem:a
                        password: ${sec:a.password}
                """);

        assertThat(DeploymentImport.convert(old).warnings())
                .singleElement()
                .asString()
                .startsWith(old + ":6: ")
                .contains("${file:PATH}");
    }
}
