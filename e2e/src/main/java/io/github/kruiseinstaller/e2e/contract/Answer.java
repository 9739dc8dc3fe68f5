package io.github.kruiseinstaller.e2e.contract;

import com.google.gson.JsonObject;

/**
 * What a step got, with everything that differs from run to run replaced by placeholders.
 *
 * @param step the step in a line
 * @param content {@code status}, {@code warnings}, {@code body}, {@code events} and the like
 */
public record Answer(String step, JsonObject content) {}
