package io.sluice.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TemplateTest {

    private static Template fill(String text) {
        return new Template(text, Map.of("HOST", "db.example.org", "LINES", "one\ntwo", "E", "")::get);
    }

    @Test
    void fillsInValuesAndDefaults() {
        Template template = fill("url='${HOST}:${PORT:3306}' user='${USER:}' empty='${E:x}'");

        assertThat(template.text()).isEqualTo("url='db.example.org:3306' user='' empty=''");
        assertThat(template.unknown()).isEmpty();
    }

    @Test
    void namesVariablesWithoutAValueAndTheirPlaces() {
        Template template = fill("a ${HOST}\n  b ${NOPE} \"${ALSO}\"");

        assertThat(template.unknown())
                .containsExactly(
                        new Template.Unknown("NOPE", new Template.Place(2, 5)),
                        new Template.Unknown("ALSO", new Template.Place(2, 14)));
    }

    @Test
    void leavesCommentsAlone() {
        String text = "-- ${NOPE}\n/* ${NOPE}\n */ x '-- ${HOST}'";

        Template template = fill(text);

        assertThat(template.text()).isEqualTo("-- ${NOPE}\n/* ${NOPE}\n */ x '-- db.example.org'");
        assertThat(template.unknown()).isEmpty();
    }

    @Test
    void findsPlacesOfTheFileBehindValuesOfOtherLengths() {
        Template template = fill("x ${HOST} y\nz ${LINES} w ${HOST}!");

        assertThat(template.inFile(new Template.Place(1, 18))).isEqualTo(new Template.Place(1, 11)); // y
        assertThat(template.inFile(new Template.Place(1, 6))).isEqualTo(new Template.Place(1, 3)); // inside a value
        assertThat(template.inFile(new Template.Place(3, 5))).isEqualTo(new Template.Place(2, 12)); // w
        assertThat(template.inFile(new Template.Place(3, 21))).isEqualTo(new Template.Place(2, 21)); // !
    }
}
