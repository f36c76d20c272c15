package dev.carousel.cli;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Mistakes in a command line, in words that need no programmer. */
final class ArgumentErrors {

    private static final Pattern WHOLE = Pattern.compile("is not an? (int|long)$");
    private static final Pattern NUMBER = Pattern.compile("is not a (double|float)$");

    private ArgumentErrors() {}

    /** What is wrong, and what may have been meant. */
    static String message(ParameterException e) {
        String text =
                e instanceof UnmatchedArgumentException unmatched ? unknown(unmatched) : String.valueOf(e.getMessage());
        text = WHOLE.matcher(text).replaceFirst("is not a whole number");
        text = NUMBER.matcher(text).replaceFirst("is not a number");
        char last = text.charAt(text.length() - 1);
        return last == '.' || last == '?' ? text : text + ".";
    }

    /** A word that nothing takes: an option, a command, or one word too many. */
    private static String unknown(UnmatchedArgumentException e) {
        String word = e.getUnmatched().get(0);
        Map<String, CommandLine> commands = e.getCommandLine().getSubcommands();
        String name = e.getCommandLine().getCommandSpec().qualifiedName(" ");
        List<String> meant = e.getSuggestions();
        String what;
        if (word.startsWith("-")) {
            what = "there is no option '" + word + "'";
        } else if (commands.isEmpty()) {
            what = "there is one word too many, '" + word + "'";
        } else {
            what = "'" + name + "' has no command '" + word + "'";
            CommandLine train = commands.get("train");
            if (train != null && train.getSubcommands().containsKey(word)) {
                meant = List.of("'train " + word + "'");
            }
        }
        return meant.isEmpty() ? what : what + ". Did you mean " + String.join(" or ", meant) + "?";
    }
}
