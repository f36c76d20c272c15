package dev.carousel.cli.command;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The defaults of one command for options that it shares with others. */
public abstract class Defaults implements IDefaultValueProvider {

    private final Map<String, String> byOption;

    public Defaults(Map<String, String> byOption) {
        this.byOption = byOption;
    }

    @Override
    public @Nullable String defaultValue(ArgSpec arg) {
        return arg.isOption() ? byOption.get(((OptionSpec) arg).longestName()) : null;
    }
}
