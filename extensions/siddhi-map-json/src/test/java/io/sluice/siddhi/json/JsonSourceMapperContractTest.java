package io.sluice.siddhi.json;

import io.sluice.siddhi.kit.testing.MapperContract;

class JsonSourceMapperContractTest extends MapperContract {

    @Override
    protected String mapping() {
        return "type='json'";
    }

    @Override
    protected String nullKeepingSinkMapping() {
        return "type='json', enable.null.attribute.value='true'";
    }

    @Override
    protected Object brokenPayload() {
        return "{\"event\":{\"text\":";
    }
}
