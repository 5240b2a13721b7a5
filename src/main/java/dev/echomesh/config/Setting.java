package dev.echomesh.config;

/**
 * One effective value.
 *
 * @param key its full name, such as {@code echo.endpoints[0].port}
 * @param value as a user would write it; entries of a list are joined by comma and blank
 */
public record Setting(String key, String value, Origin origin) {}
