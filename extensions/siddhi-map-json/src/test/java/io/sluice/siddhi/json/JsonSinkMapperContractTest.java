package io.sluice.siddhi.json;

import io.sluice.siddhi.kit.testing.MapperContract;

/** The contract once more where every event is a message of its own. */
class JsonSinkMapperContractTest extends MapperContract {

    @Override
    protected String mapping() {
        return "type='json', event.grouping.enabled='false'";
    }

    @Override
    protected String nullKeepingSinkMapping() {
        return mapping() + ", enable.null.attribute.value='true'";
    }

    @Override
    protected Object brokenPayload() {
        return "[{\"text\":\"a\"} {\"text\":\"b\"}]";
    }
}
