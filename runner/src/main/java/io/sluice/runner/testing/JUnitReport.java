package io.sluice.runner.testing;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Results as JUnit XML, as build servers read it: one suite per test file. */
public final class JUnitReport {

    private JUnitReport() {}

    /**
     * Writes a report.
     *
     * @throws IOException if the file cannot be written
     */
    public static void write(Path report, Map<Path, List<CaseResult>> results) throws IOException {
        try (Writer file = Files.newBufferedWriter(report)) {
            XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(file);
            xml.writeStartDocument("UTF-8", "1.0");
            xml.writeStartElement("testsuites");
            for (Map.Entry<Path, List<CaseResult>> suite : results.entrySet()) {
                write(xml, suite.getKey(), suite.getValue());
            }
            xml.writeEndElement();
            xml.writeEndDocument();
            xml.close();
        } catch (XMLStreamException unwritable) {
            throw new IOException(report + " cannot be written", unwritable);
        }
    }

    private static void write(XMLStreamWriter xml, Path file, List<CaseResult> cases) throws XMLStreamException {
        Duration took = cases.stream().map(CaseResult::took).reduce(Duration.ZERO, Duration::plus);
        xml.writeStartElement("testsuite");
        xml.writeAttribute("name", String.valueOf(file.getFileName()));
        xml.writeAttribute("tests", String.valueOf(cases.size()));
        xml.writeAttribute(
                "failures",
                String.valueOf(cases.stream().filter(one -> !one.passed()).count()));
        xml.writeAttribute("time", seconds(took));
        for (CaseResult one : cases) {
            xml.writeStartElement("testcase");
            xml.writeAttribute("classname", one.app());
            xml.writeAttribute("name", one.name());
            xml.writeAttribute("time", seconds(one.took()));
            if (!one.passed()) {
                xml.writeStartElement("failure");
                xml.writeAttribute(
                        "message",
                        printable(one.failures().get(0).lines().findFirst().orElse("")));
                xml.writeCharacters(printable(String.join("\n", one.failures())));
                xml.writeEndElement();
            }
            xml.writeEndElement();
        }
        xml.writeEndElement();
    }

    private static String seconds(Duration took) {
        return String.format(Locale.ROOT, "%.3f", took.toMillis() / 1000.0);
    }

    /** XML 1.0 has no place for other control characters, not even escaped. */
    private static String printable(String text) {
        return text.replaceAll("[\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F]", "\uFFFD");
    }
}
