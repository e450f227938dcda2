package io.sluice.dataservice.service;

/**
 * What a database has against an operation.
 *
 * @param key inside the operation, for example {@code sort.default}
 * @param text what is wrong and what to do
 */
record DeployProblem(String key, String text) {}
