package io.sluice.dataservice.dbs;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/** Finds what an old file says that a service file has no words for, so that nothing is dropped silently. */
final class DbsRefusals {

    private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");
    private static final Set<String> NOT_SQL = Set.of(
            "csv_datasource",
            "excel_datasource",
            "gspread_datasource",
            "mongoDB_servers",
            "cassandraServers",
            "rdf_datasource",
            "sparql_datasource",
            "web_harvest_config",
            "custom_query_datasource_class",
            "custom_tabular_datasource_class");
    private static final Map<String, String> NO_WORDS = Map.of(
            "expression", "non-SQL queries",
            "excel", "Excel queries",
            "gspread", "spreadsheet queries",
            "sparql", "SPARQL queries",
            "scraperVariable", "web queries",
            "customQuery", "custom query classes");

    private final BiConsumer<DbsElement, String> refusals;
    private final BiConsumer<DbsElement, String> warnings;

    /**
     * @param refusals told what cannot be carried over, and where
     * @param warnings told what is different afterwards, and where
     */
    DbsRefusals(BiConsumer<DbsElement, String> refusals, BiConsumer<DbsElement, String> warnings) {
        this.refusals = refusals;
        this.warnings = warnings;
    }

    /** What is said about the whole service. */
    void service(DbsElement data) {
        if (data.get("enableBoxcarring").equals("true")) {
            refusals.accept(data, "boxcarring cannot be carried over; a batch to one resource is one transaction");
        }
        if (data.get("serviceStatus").equals("inactive")) {
            refusals.accept(data, "is inactive; remove the attribute to import it");
        }
        if (!data.get("txManagerJNDIName").isEmpty()) {
            refusals.accept(data, "distributed transactions cannot be carried over");
        }
    }

    /** What is said about the data source. */
    void config(DbsElement config) {
        if (config.get("enableOData").equals("true")) {
            refusals.accept(config, "OData cannot be carried over");
        }
        config.all("property").forEach(property -> {
            String name = property.get("name");
            if (NOT_SQL.contains(name)) {
                refusals.accept(property, "'" + name + "' is no SQL data source");
            } else if (name.startsWith("dynamicUserAuth")) {
                refusals.accept(property, "a database user per caller cannot be carried over; use row filters");
            } else if (name.equals("dataSourceClassName")) {
                refusals.accept(property, "distributed transactions cannot be carried over");
            }
        });
    }

    /** What is said about a path. */
    void resource(DbsElement resource) {
        if (!METHODS.contains(resource.get("method").toLowerCase(Locale.ROOT))) {
            refusals.accept(resource, "method '" + resource.get("method") + "' cannot be carried over");
        }
        if (resource.all("call-query").count() > 1) {
            refusals.accept(resource, "calls more than one query; write a resource for each");
        }
    }

    /** What is said about a statement. */
    void query(DbsElement query) {
        if (!query.get("input-event-trigger").isEmpty()
                || !query.get("output-event-trigger").isEmpty()) {
            refusals.accept(query, "event triggers cannot be carried over");
        }
        for (DbsElement child : query.children()) {
            String kind = NO_WORDS.get(child.name());
            if (kind != null) {
                refusals.accept(child, kind + " cannot be carried over");
            } else if (child.name().equals("properties")) {
                child.all("property").forEach(this::property);
            } else if (!Set.of("sql", "param", "result", "description").contains(child.name())) {
                refusals.accept(child, "<" + child.name() + "> cannot be carried over");
            }
        }
    }

    private void property(DbsElement property) {
        String name = property.get("name");
        if (name.endsWith("forceStoredProc") || name.endsWith("force_stored_proc")) {
            if (property.text().toString().strip().equals("true")) {
                refusals.accept(property, "stored procedures cannot be carried over");
            }
            return;
        }
        warnings.accept(property, "property '" + name + "' is left out; set 'limits' of the service");
    }
}
