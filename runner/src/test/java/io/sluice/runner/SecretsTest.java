package io.sluice.runner;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "@store(type='rdbms', password='hunter2')",
                "@store(type='rdbms', password = \"hunter2\")",
                "@store(type='rdbms', db.Password \"\"\"hunter2\"\"\")",
                "@sink(type='http', client.secret='hunter2')",
                "@sink(type='kafka', optional.configuration='ssl.key.password:hunter2,acks:all')",
                "@sink(type='kafka', optional.configuration='acks:all,password=hunter2')",
                "@sink(type='kafka', optional.configuration='sasl.jaas.config:x.Login required username=\"u\" password=\"hunter2\";')",
                "@store(jdbc.url='jdbc:mysql://db/x?user=u&password=hunter2&ssl=true')",
                "@source(type='websocket', url='wss://user:hunter2@host:1/x')",
            })
    void areFoundByTheirNames(String text) {
        assertThat(new Secrets(text).mask("cannot log in with 'hunter2'")).isEqualTo("cannot log in with '***'");
    }

    @Test
    void leaveOtherTextAlone() {
        String message = "option 'url' is 'http://host:80/x', but must be a WebSocket address";

        assertThat(new Secrets("@sink(type='websocket', url='http://host:80/x') from In[token == 'abc'] select v")
                        .mask(message))
                .isEqualTo(message);
    }

    @Test
    void areMaskedWholeWhenOneIsPartOfAnother() {
        assertThat(new Secrets("a.password='abc' b.password='abcdef'").mask("abcdef abc"))
                .isEqualTo("*** ***");
    }
}
