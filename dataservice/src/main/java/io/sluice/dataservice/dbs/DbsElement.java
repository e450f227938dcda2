package io.sluice.dataservice.dbs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * One element of a {@code .dbs} file with its place. Document types and entities are not read.
 *
 * @param name without namespace
 * @param line 1-based
 */
record DbsElement(
        String name, int line, Map<String, String> attributes, List<DbsElement> children, StringBuilder text) {

    /** Reads a file. */
    static DbsElement read(Path file) throws IOException, XMLStreamException {
        XMLInputFactory factory = XMLInputFactory.newFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        try (InputStream in = Files.newInputStream(file)) {
            XMLStreamReader reader = factory.createXMLStreamReader(in);
            try {
                reader.nextTag();
                return element(reader);
            } finally {
                reader.close();
            }
        }
    }

    private static DbsElement element(XMLStreamReader reader) throws XMLStreamException {
        Map<String, String> attributes = new LinkedHashMap<>();
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            attributes.put(reader.getAttributeLocalName(i), reader.getAttributeValue(i));
        }
        DbsElement element = new DbsElement(
                reader.getLocalName(),
                reader.getLocation().getLineNumber(),
                attributes,
                new ArrayList<>(),
                new StringBuilder());
        for (int event = reader.next(); event != XMLStreamReader.END_ELEMENT; event = reader.next()) {
            if (event == XMLStreamReader.START_ELEMENT) {
                element.children.add(element(reader));
            } else if (event == XMLStreamReader.CHARACTERS || event == XMLStreamReader.CDATA) {
                element.text.append(reader.getText());
            }
        }
        return element;
    }

    /** An attribute, or the empty text. */
    String get(String attribute) {
        return attributes.getOrDefault(attribute, "");
    }

    /** Children with this name. */
    Stream<DbsElement> all(String child) {
        return children.stream().filter(each -> each.name.equals(child));
    }

    /** The first child with this name. */
    Optional<DbsElement> first(String child) {
        return all(child).findFirst();
    }
}
